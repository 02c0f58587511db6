import { parentPort, workerData } from 'node:worker_threads';
import { SgdThread, type SgdTask } from './sgd.js';
import type { Scratch } from './training-memory.js';

/** What a training worker starts with, and then is sent for each epoch. */
export interface WorkerStart {
  readonly task: SgdTask;
  readonly scratch: Scratch;
  readonly seed: number;
}

/** A slice of the order; undefined ends the worker. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

// The main thread starts this file only with a WorkerStart.
const { task, scratch, seed } = workerData as WorkerStart;
const thread = new SgdThread(task, scratch, seed);
parentPort?.on('message', ({ from, to }: Slice) => parentPort?.postMessage(thread.run(from, to)));
