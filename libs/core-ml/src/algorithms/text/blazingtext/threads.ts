import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Rng } from '../../../random/rng.js';
import { SgdThread, type SgdTask } from './sgd.js';
import type { Scratch } from './training-memory.js';
import type { Slice, WorkerStart } from './sgd.worker.js';

const SLICE = 4000;

/** Runs epochs: on this thread when there is one, on workers when there are more. */
export interface EpochRunner {
  /** Trains on the whole order; gives the mean loss. */
  epoch(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** A runner with a thread for each scratch. */
export function epochRunner(task: SgdTask, scratches: readonly Scratch[], rng: Rng): EpochRunner {
  const [only, ...more] = scratches;
  if (only === undefined) throw new RangeError('Training needs a thread.');
  return more.length === 0 ? onThisThread(task, only, rng) : onWorkers(task, scratches, rng);
}

function onThisThread(task: SgdTask, scratch: Scratch, rng: Rng): EpochRunner {
  const thread = new SgdThread(task, scratch, rng.uint32());
  return {
    async epoch(signal) {
      let loss = 0;
      for (let from = 0; from < task.order.length; from += SLICE) {
        signal.throwIfAborted();
        loss += thread.run(from, Math.min(task.order.length, from + SLICE));
        // Lets a request to stop be heard.
        await setImmediate();
      }
      return loss / task.order.length;
    },
    close: async () => undefined,
  };
}

function onWorkers(task: SgdTask, scratches: readonly Scratch[], rng: Rng): EpochRunner {
  const workers = scratches.map((scratch) => {
    const start: WorkerStart = { task, scratch, seed: rng.uint32() };
    return new Worker(new URL('./sgd.worker.js', import.meta.url), { workerData: start });
  });
  const share = async (worker: Worker, from: number, to: number, signal: AbortSignal): Promise<number> => {
    let loss = 0;
    for (let start = from; start < to; start += SLICE) {
      signal.throwIfAborted();
      const slice: Slice = { from: start, to: Math.min(to, start + SLICE) };
      worker.postMessage(slice);
      const [answer] = (await once(worker, 'message')) as [number];
      loss += answer;
    }
    return loss;
  };
  return {
    async epoch(signal) {
      const size = task.order.length;
      const bound = (i: number): number => Math.floor((size * i) / workers.length);
      const shares = workers.map((worker, i) => share(worker, bound(i), bound(i + 1), signal));
      const losses = await Promise.all(shares);
      return losses.reduce((sum, loss) => sum + loss, 0) / size;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
