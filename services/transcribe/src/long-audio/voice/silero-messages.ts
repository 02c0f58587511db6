/** What a sound has left behind in the network. */
export interface SileroMemory {
  /** [2, 1, 128], the recurrent state */
  readonly state: Float32Array;
  /** [64], the end of the frame before */
  readonly context: Float32Array;
}

/** What the thread is asked: frames of one sound, in order. */
export interface SileroRequest {
  readonly id: number;
  /** A whole number of frames. */
  readonly samples: Float32Array;
  readonly memory: SileroMemory;
}

/** What it answers. */
export type SileroAnswer =
  | { readonly type: 'loaded' }
  | {
      readonly type: 'scored';
      readonly id: number;
      readonly probabilities: Float32Array;
      readonly memory: SileroMemory;
    }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

/** Samples of the frame before that the network sees again, as its authors' own code feeds it (16 kHz). */
export const contextSamples = 64;

/** Values of the recurrent state: [2, 1, 128]. */
export const stateValues = 2 * 128;
