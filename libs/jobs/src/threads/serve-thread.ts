import { parentPort, workerData, type Transferable } from 'node:worker_threads';
import { CUT_OFF, type ThreadMessage, type ThreadStart } from './thread-messages.js';

// A thread imports this file alone, as `@lantern/jobs/thread`: the package would load the database too.
export { JobFailure } from '../records/job-errors.js';

/** What the work in a thread is given beside its input. */
export interface ThreadRun {
  /** Aborts when the work is cut off, as soon as the thread pauses; a loop without a pause asks `isCutOff`. */
  readonly signal: AbortSignal;
  readonly isCutOff: () => boolean;
  /** @param percent 0 to 100 */
  readonly progress: (percent: number, message?: string) => void;
}

/**
 * Does the one piece of work for which `runInThread` started this file. Call it once.
 * @param transfer buffers of the output that are handed over instead of copied
 */
export function serveThread<Input, Output>(
  work: (input: Input, run: ThreadRun) => Promise<Output> | Output,
  transfer: (output: Output) => readonly Transferable[] = () => [],
): void {
  const port = parentPort;
  if (!port) throw new Error('serveThread works in a thread that runInThread started');
  const { input, cutOff } = workerData as ThreadStart<Input>;
  const flag = new Int32Array(cutOff);
  const controller = new AbortController();
  const post = (message: ThreadMessage<Output>, list: readonly Transferable[] = []) => port.postMessage(message, list);
  port.on('message', (message) => {
    if (message === CUT_OFF) controller.abort(new DOMException('The work was cut off', 'AbortError'));
  });
  const run: ThreadRun = {
    signal: controller.signal,
    isCutOff: () => Atomics.load(flag, 0) === 1,
    progress: (percent, message) => post({ kind: 'progress', percent, message }),
  };
  void Promise.resolve()
    .then(() => work(input, run))
    .then(
      (output) => post({ kind: 'done', output }, transfer(output)),
      (cause: unknown) => {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        post({ kind: 'failed', name: error.name, message: error.message, stack: error.stack });
      },
    )
    .finally(() => port.close());
}
