import { parentPort } from 'node:worker_threads';
import type { WorkerAnswer, WorkerBatch } from './pool-messages.js';

/**
 * Answers a pool's batches; call it once at the end of a worker's module.
 * @param compute one item at a time; what it throws fails that item alone
 * @throws Error outside a worker thread
 */
export function serveBatches<Item, Result>(compute: (item: Item) => Result): void {
  const port = parentPort;
  if (!port) throw new Error('serveBatches is for worker threads');
  const answer = (message: WorkerAnswer<Result>) => port.postMessage(message);
  port.on('message', ({ items }: WorkerBatch<Item>) => {
    const results: (Result | undefined)[] = [];
    let errors: (string | undefined)[] | undefined;
    items.forEach((item, i) => {
      try {
        results[i] = compute(item);
      } catch (cause) {
        errors ??= new Array<string | undefined>(items.length).fill(undefined);
        errors[i] = cause instanceof Error ? cause.message : String(cause);
        results[i] = undefined;
      }
    });
    answer(errors ? { results, errors } : { results });
  });
  answer('loaded');
}
