import { Worker } from 'node:worker_threads';
import type { CompileMessage, CompileRequest } from './compile-messages.js';
import type { CompiledNetwork, NetworkOptions } from './compile-network.js';
import type { CompileProgress } from './progress.js';
import { CompileSourceError } from './source-error.js';
import { findNetwork } from './sources/find-networks.js';
import { networkFiles } from './sources/read-network.js';

/** Raised whenever the same source compiles to other bytes, so that what is cached is made anew. */
export const COMPILER_VERSION = '1';

export interface CompileSourceOptions extends NetworkOptions {
  /** The network's name or path within the source, where it has several. */
  readonly entry?: string;
  readonly onProgress?: (progress: CompileProgress) => void;
  /** Ends the work; the call fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where relative paths and packages are looked up. @default process.cwd() */
  readonly workingDirectory?: string;
}

/**
 * Compiles a network to ONNX, in a worker thread.
 * @param source a model.json, a face-api weights manifest, a folder with one, or the name of an installed npm package
 * @returns the bytes of the ONNX model and a report of what was made
 * @throws CompileSourceError where the source cannot be found, read or compiled; the message names every obstacle
 */
export async function compileSource(source: string, options: CompileSourceOptions = {}): Promise<CompiledNetwork> {
  const { entry, onProgress = () => {}, signal, workingDirectory = process.cwd(), ...networkOptions } = options;
  signal?.throwIfAborted();
  const request: CompileRequest = { source, entry, workingDirectory, options: networkOptions };
  const worker = new Worker(new URL('./compile.worker.js', import.meta.url), { workerData: request });
  const stop = () => void worker.terminate();
  signal?.addEventListener('abort', stop);
  try {
    return await answerOf(worker, onProgress);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/** Absolute paths of the files that a network consists of. @throws CompileSourceError as `compileSource` */
export async function sourceFiles(source: string, entry?: string, workingDirectory = process.cwd()): Promise<string[]> {
  return networkFiles(await findNetwork(source, entry, workingDirectory));
}

function answerOf(worker: Worker, onProgress: (progress: CompileProgress) => void): Promise<CompiledNetwork> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: CompileMessage) => {
      switch (message.kind) {
        case 'progress':
          return onProgress(message.progress);
        case 'done':
          return resolve(message.result);
        case 'failed':
          return reject(new CompileSourceError(message.message));
      }
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new CompileSourceError(`the compiler's thread ended early (${code})`)));
  });
}
