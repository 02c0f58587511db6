import type { BiasPhrase, Hypothesis, NGramModel } from '../speech-engine.js';

/** A file of a model, with the SHA-256 that it must have. */
export interface NetworkFile {
  readonly path: string;
  readonly sha256: string;
}

/** What a worker thread is started with. */
export interface MoonshineFiles {
  readonly encoder: NetworkFile;
  readonly decoder: NetworkFile;
}

/** What is asked about one sound, besides the sound. */
export interface HearingRequest {
  readonly nBest: number;
  readonly beamWidth: number;
  readonly phrases: readonly BiasPhrase[];
  /** Digest of a model that the thread was given before. */
  readonly languageModel: string | undefined;
}

export type ToThread =
  | { readonly kind: 'hear'; readonly call: number; readonly samples: Float32Array; readonly request: HearingRequest }
  | { readonly kind: 'remember'; readonly model: NGramModel }
  | { readonly kind: 'cancel'; readonly call: number }
  | { readonly kind: 'end' };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'heard'; readonly call: number; readonly hypotheses: readonly Hypothesis[] }
  | { readonly kind: 'error'; readonly call: number; readonly message: string };
