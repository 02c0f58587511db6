import { afterEach, describe, expect, it } from 'vitest';
import { BatchingPool } from './batching-pool.js';

const serve = new URL('./serve-batches.js', import.meta.url).href;
/** A worker that doubles; 13 throws, 666 kills its thread, and each answer says how large its message was. */
const script = new URL(
  'data:text/javascript,' +
    encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      import { serveBatches } from ${JSON.stringify(serve)};
      let size = 0;
      parentPort.on('message', ({ items }) => (size = items.length));
      serveBatches((item) => {
        if (item === 13) throw new Error('unlucky');
        if (item === 666) process.exit(1);
        return [item * 2, size];
      });`),
);

describe('BatchingPool', () => {
  let pool: BatchingPool<number, [number, number]> | undefined;
  const start = (maxSize = 100, onCrash: (cause: Error) => void = () => undefined) =>
    (pool = new BatchingPool({ script, data: undefined, size: 1, maxSize, maxDelayMs: 0, onCrash }));
  afterEach(() => pool?.close());

  it('sends what one turn of the event loop gathered as one message', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => start_once().run(n)));
    expect(answers).toEqual([
      [2, 3],
      [4, 3],
      [6, 3],
    ]);
    function start_once() {
      return pool ?? start();
    }
  });

  it('keeps batches within their largest size', async () => {
    const running = start(2);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => running.run(n)));
    expect(answers.map(([value]) => value)).toEqual([2, 4, 6, 8, 10]);
    expect(Math.max(...answers.map(([, size]) => size))).toBe(2);
  });

  it('fails one item without its neighbours', async () => {
    const running = start();
    const [good, bad] = await Promise.allSettled([running.run(1), running.run(13)]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'unlucky' } });
  });

  it('replaces a worker that died, and fails only what it was working on', async () => {
    let crashes = 0;
    const running = start(1, () => crashes++);
    const [lost, next] = await Promise.allSettled([running.run(666), running.run(4)]);
    expect(lost).toMatchObject({ status: 'rejected', reason: { message: 'the worker died' } });
    expect(next).toMatchObject({ status: 'fulfilled', value: [8, 1] });
    expect(crashes).toBe(1);
  });

  it('gives up on a worker that cannot start, and says so', async () => {
    const broken = new URL('data:text/javascript,' + encodeURIComponent(`throw new Error('no model')`));
    pool = new BatchingPool({ script: broken, data: undefined, size: 1, maxSize: 1, maxDelayMs: 0 });
    await expect(pool.ready()).rejects.toThrow('no model');
    await expect(pool.run(1)).rejects.toThrow();
    await expect.poll(() => pool?.run(1).catch((cause: Error) => cause.message), { timeout: 5_000 }).toBe('the pool is closed');
  });

  it('does not start an item whose caller has left', async () => {
    const running = start();
    await expect(running.run(1, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
