import { speechSampleRateHz } from '../../recognition/speech-engine.js';

/** Samples that are judged together: 32 ms. */
export const frameSamples = 512;

/** Duration of a frame in milliseconds. */
export const frameMs = (frameSamples / speechSampleRateHz) * 1000;

/** One sound that is listened to from its beginning; what was heard before shapes what is heard next. */
export interface VoiceTrack {
  /**
   * Listens on.
   * @param samples mono, 16 kHz, -1 to 1; a whole number of frames. They are left as they are.
   * @returns [frame], the probability of speech, 0 to 1
   */
  score(samples: Float32Array): Promise<Float32Array>;
}

/** Tells speech from everything else. Adapters name their technology. One detector serves many sounds at once. */
export abstract class VoiceDetector {
  /** Begins a sound. */
  abstract start(): VoiceTrack;

  /** Gives the memory back; tracks fail from then on. */
  abstract close(): Promise<void>;
}
