import type { CompiledNetwork, NetworkOptions } from './compile-network.js';
import type { CompileProgress } from './progress.js';

/** What the worker thread is asked. */
export interface CompileRequest {
  readonly source: string;
  readonly entry: string | undefined;
  readonly workingDirectory: string;
  readonly options: NetworkOptions;
}

/** What it answers: progress, then one result or failure. */
export type CompileMessage =
  | { readonly kind: 'progress'; readonly progress: CompileProgress }
  | { readonly kind: 'done'; readonly result: CompiledNetwork }
  /** Errors lose their class between threads; its name is kept. */
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };
