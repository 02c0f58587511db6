import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.js';

async function* numbers(count: number, everyMs = 0): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    if (everyMs > 0) await sleep(everyMs);
    yield i;
  }
}

describe('inOrder', () => {
  it('tells a result before the next item comes', async () => {
    const told: string[] = [];
    async function* items() {
      yield 1;
      await expect.poll(() => told).toEqual(['10']);
      yield 2;
    }
    for await (const result of inOrder(items(), 3, (item) => Promise.resolve(item * 10))) told.push(String(result));
    expect(told).toEqual(['10', '20']);
  });

  it('keeps the order and its limit', async () => {
    let atOnce = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number) => {
      most = Math.max(most, ++atOnce);
      await sleep(item % 3 === 0 ? 12 : 1);
      atOnce--;
      return item;
    };
    for await (const result of inOrder(numbers(20), 4, work)) results.push(result);
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(most).toBe(4);
  });

  it('aborts what is under way when the loop is left, and closes the source', async () => {
    const aborted: number[] = [];
    let isClosed = false;
    async function* items() {
      try {
        yield* numbers(10);
      } finally {
        isClosed = true;
      }
    }
    const work = async (item: number, signal: AbortSignal) => {
      signal.addEventListener('abort', () => aborted.push(item));
      await sleep(item === 0 ? 5 : 20);
      return item;
    };
    for await (const _ of inOrder(items(), 3, work)) break;
    expect(aborted).toContain(1);
    expect(isClosed).toBe(true);
  });

  it('throws what the work or the source throws', async () => {
    const drain = async (items: AsyncIterable<number>, work: (item: number) => Promise<number>) => {
      for await (const _ of inOrder(items, 2, work));
    };
    await expect(
      drain(numbers(5), (item) => (item === 2 ? Promise.reject(new Error('two')) : sleep(1, item))),
    ).rejects.toThrow('two');
    async function* broken() {
      yield* numbers(2);
      throw new Error('no more');
    }
    await expect(drain(broken(), (item) => Promise.resolve(item))).rejects.toThrow('no more');
  });
});
