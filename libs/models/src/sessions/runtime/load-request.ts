import type { BatchingOptions } from '../batch-axes.js';
import type { LoadFailure } from '../errors.js';
import type { ModelSignature } from '../signature.js';
import type { NamedTensors } from '../tensors/tensor.js';

/** Where a model's bytes are. */
export type ModelSource =
  /** A file; data that it names as external lies beside it. */
  { readonly path: string } | { readonly bytes: Uint8Array };

/** How the runtime treats a model. */
export interface RuntimeOptions {
  /** Threads within one operator; more than one competes with the other workers. @default 1 */
  readonly threads?: number;
  /** Rewriting of the graph at load; a few models only load without it. @default 'all' */
  readonly optimisation?: 'disabled' | 'basic' | 'extended' | 'all';
}

/** What a model computes before it counts as ready. */
export interface WarmUpOptions {
  /** Lengths by name (`{ samples: 16000 }`) for feeds of zeros; those that are not listed are 1. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Feeds instead of zeros; a model that fails on them is not opened. */
  readonly feeds?: NamedTensors;
}

/** All that a worker needs to load a model. */
export interface LoadRequest {
  /** SHA-256 of the model's file, 64 lower-case hexadecimal digits. */
  readonly digest: string;
  readonly source: ModelSource;
  readonly options: RuntimeOptions;
  readonly warmUp: WarmUpOptions;
  readonly batching: BatchingOptions | undefined;
}

/** What loading a model showed. */
export interface LoadReport {
  readonly signature: ModelSignature;
  readonly fileBytes: number;
  /** Growth of the process's resident memory meanwhile: what the model takes, give or take what others did. */
  readonly residentBytes: number;
  readonly loadMs: number;
  /** The runtime's words where it failed on feeds of zeros, which are only a guess of what the model takes. */
  readonly warmUpProblem: string | undefined;
}

/** A failed load as it travels between threads and processes. */
export interface LoadProblem {
  readonly reason: LoadFailure;
  readonly message: string;
}
