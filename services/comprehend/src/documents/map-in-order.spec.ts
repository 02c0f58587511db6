import { describe, expect, it } from 'vitest';
import { mapInOrder } from './map-in-order.js';

async function* numbers(n: number) {
  for (let i = 0; i < n; i++) yield i;
}
const light = { maxItems: 4, maxWeight: 100, weightOf: () => 1 };
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('mapInOrder', () => {
  it('keeps the order when later calls end earlier', async () => {
    const results = mapInOrder(numbers(10), light, async (i) => {
      await later((10 - i) * 2);
      return i * i;
    });
    expect(await collect(results)).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
  });

  it('has as many calls under way as allowed, and no more', async () => {
    let underWay = 0;
    let most = 0;
    const call = async () => {
      most = Math.max(most, ++underWay);
      await later(1);
      underWay--;
    };
    await collect(mapInOrder(numbers(50), light, call));
    expect(most).toBe(4);
    most = 0;
    await collect(mapInOrder(numbers(50), { ...light, maxWeight: 3, weightOf: () => 2 }, call));
    expect(most).toBe(1);
  });

  it('lets an item pass that is heavier than the limit', async () => {
    expect(await collect(mapInOrder(numbers(3), { ...light, weightOf: () => 1_000 }, async (i) => i))).toEqual([
      0, 1, 2,
    ]);
  });

  it('throws what a call throws, once the others have ended', async () => {
    let ended = 0;
    const results = mapInOrder(numbers(8), light, async (i) => {
      if (i === 1) throw new Error('second');
      await later(5);
      ended++;
    });
    await expect(collect(results)).rejects.toThrow('second');
    expect(ended).toBeGreaterThanOrEqual(3);
    const endedThen = ended;
    await later(20);
    expect(ended).toBe(endedThen);
  });
});
