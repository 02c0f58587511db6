import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { WorkQueue } from '../work-queue.js';
import { describeFailures } from './failures.js';
import type { OpenedQueue } from './opened-queue.js';
import type { QueueBench } from './queue-bench.js';
import { describeRings } from './rings.js';
import { describeWorkers } from './workers.js';

/**
 * What every WorkQueue has to do, as tests. Call it in a spec.
 * @param open undefined says that the back end is not there, and the tests are skipped
 */
export function describeWorkQueue(name: string, open: (() => Promise<OpenedQueue>) | undefined): void {
  if (!open) {
    describe.skip(name, () => {
      it('is not there');
    });
    return;
  }
  describe(name, () => {
    const closers: (() => Promise<void>)[] = [];
    const errors: string[] = [];
    let opened: OpenedQueue | undefined;
    let queue: WorkQueue | undefined;
    const there = <T>(value: T | undefined): T => {
      if (value === undefined) throw new Error('not opened yet');
      return value;
    };
    const bench: QueueBench = {
      get opened() {
        return there(opened);
      },
      get queue() {
        return there(queue);
      },
      errors,
      name: () => `test.${randomUUID()}`,
      work: async (of, handler, options = {}) => {
        const working = await bench.queue.work(of, handler, { concurrency: 4, attempts: 3, backoffMs: 50, ...options });
        closers.unshift(() => working.close());
        return working;
      },
      second: () => {
        const other = bench.opened.open((error) => errors.push(error.message));
        closers.push(() => other.close());
        return other;
      },
    };
    beforeAll(async () => {
      opened = await open();
      queue = opened.open((error) => errors.push(error.message));
    });
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
      errors.length = 0;
    });
    afterAll(async () => {
      await queue?.close();
      await opened?.close();
    });

    describeRings(bench);
    describeFailures(bench);
    describeWorkers(bench);
  });
}
