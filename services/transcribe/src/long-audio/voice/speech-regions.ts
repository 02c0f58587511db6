import { speechSampleRateHz } from '../../recognition/speech-engine.js';
import { frameBatches } from './frame-batches.js';
import { SpeechTracker, usualTracking, type FrameRegion, type TrackerSettings } from './speech-tracker.js';
import { frameMs, type VoiceDetector } from './voice-detector.js';

/** Where somebody speaks. */
export interface Region {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The parts of a sound in which somebody speaks, in order, each as soon as it has ended. Pauses under a fifth of a second lie
 * within a region; nothing is added around it.
 * @param samples mono, 16 kHz, in pieces of any size
 */
export async function* speechRegions(
  samples: AsyncIterable<Float32Array>,
  detector: VoiceDetector,
  settings: TrackerSettings = usualTracking,
): AsyncGenerator<Region> {
  const track = detector.start();
  const tracker = new SpeechTracker(settings);
  let nSamples = 0;
  for await (const batch of frameBatches(samples)) {
    nSamples += batch.nSamples;
    for (const probability of await track.score(batch.samples)) {
      const region = tracker.push(probability);
      if (region) yield toRegion(region, nSamples);
    }
  }
  const last = tracker.finish();
  if (last) yield toRegion(last, nSamples);
}

function toRegion({ start, end }: FrameRegion, nSamples: number): Region {
  // The last frame may be filled up beyond the end of the sound.
  return { startMs: start * frameMs, endMs: Math.min(end * frameMs, (nSamples / speechSampleRateHz) * 1000) };
}
