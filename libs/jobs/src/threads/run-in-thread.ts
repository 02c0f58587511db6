import { Worker, type Transferable } from 'node:worker_threads';
import { JobFailure } from '../records/job-errors.js';
import { CUT_OFF, type ThreadMessage, type ThreadStart } from './thread-messages.js';

/** Milliseconds that the work has to end by itself once it is cut off; then its thread is ended. */
const HEEDING_MS = 1_000;

export interface ThreadOptions {
  /** Cuts the work off. */
  readonly signal?: AbortSignal;
  readonly progress?: (percent: number, message?: string) => void;
  /** Buffers of the input that are handed over instead of copied. */
  readonly transfer?: readonly Transferable[];
  /** Most MiB of JavaScript's heap. @default Node's own limit */
  readonly maxHeapMib?: number;
}

/**
 * Runs one piece of work in a worker thread of its own, so that the event loop stays free: an event loop that is busy
 * answers nobody and cannot renew its leases.
 * @param script a file that calls `serveThread`
 * @param input what structured cloning can copy
 * @throws the signal's reason once it has aborted; JobFailure as the thread threw it; Error for a thread that died
 */
export function runInThread<Input, Output>(script: URL, input: Input, options: ThreadOptions = {}): Promise<Output> {
  const { signal, progress, transfer = [], maxHeapMib } = options;
  if (signal?.aborted) return Promise.reject(reasonOf(signal));
  const start: ThreadStart<Input> = { input, cutOff: new SharedArrayBuffer(4) };
  const worker = new Worker(script, {
    workerData: start,
    transferList: [...transfer],
    ...(maxHeapMib === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMib } }),
  });
  return new Promise<Output>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const cutOff = () => {
      Atomics.store(new Int32Array(start.cutOff), 0, 1);
      worker.postMessage(CUT_OFF);
      timer = setTimeout(() => void worker.terminate(), HEEDING_MS);
    };
    signal?.addEventListener('abort', cutOff, { once: true });
    // What it was cut off for says more than how it ended after that.
    const fail = (error: Error) => reject(signal?.aborted ? reasonOf(signal) : error);
    worker.on('message', (message: ThreadMessage<Output>) => {
      if (message.kind === 'progress') progress?.(message.percent, message.message);
      else if (message.kind === 'done') resolve(message.output);
      else fail(revive(message));
    });
    worker.on('error', fail);
    worker.on('exit', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cutOff);
      // Does nothing after an answer.
      fail(new Error(`The thread ended without an answer, with code ${code}`));
    });
  });
}

const reasonOf = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error(String(reason)));

function revive({ name, message, stack }: Extract<ThreadMessage<unknown>, { kind: 'failed' }>): Error {
  const error = name === 'JobFailure' ? new JobFailure(message) : Object.assign(new Error(message), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}
