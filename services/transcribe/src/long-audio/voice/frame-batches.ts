import { frameSamples } from './voice-detector.js';

/** Samples of whole frames, and how many of them are sound: the last ones are filled up with silence. */
export interface FrameBatch {
  readonly samples: Float32Array;
  readonly nSamples: number;
}

/** Frames in a batch: about a second, so that a message to a thread is worth its cost. */
const BATCH_FRAMES = 32;

/** The same sound in pieces of whole frames, whatever the sizes of the pieces that come. */
export async function* frameBatches(audio: AsyncIterable<Float32Array>): AsyncGenerator<FrameBatch> {
  const size = BATCH_FRAMES * frameSamples;
  let batch = new Float32Array(size);
  let filled = 0;
  for await (const piece of audio) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + size - filled);
      batch.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield { samples: batch, nSamples: size };
      batch = new Float32Array(size);
      filled = 0;
    }
  }
  if (filled === 0) return;
  yield { samples: batch.subarray(0, Math.ceil(filled / frameSamples) * frameSamples), nSamples: filled };
}
