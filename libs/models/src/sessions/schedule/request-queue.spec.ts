import { describe, expect, it } from 'vitest';
import { RequestQueue, type Request } from './request-queue.js';

const request = (arrivedAtMs: number, rows = 1, group = 'g'): Request => ({
  arrivedAtMs,
  rows,
  group,
  feeds: {},
  fetch: [],
  resolve: () => undefined,
  reject: () => undefined,
});
const arrivals = (batch: readonly Request[]) => batch.map(({ arrivedAtMs }) => arrivedAtMs);

describe('RequestQueue', () => {
  it('is ready when the oldest has waited, or a batch is full', () => {
    const queue = new RequestQueue(2, 10);
    expect(queue.readyAtMs).toBe(Infinity);
    queue.add(request(5));
    expect(queue.readyAtMs).toBe(15);
    queue.add(request(7));
    expect(queue.readyAtMs).toBe(5);
  });

  it('takes the oldest and those that are like it, up to the largest batch', () => {
    const queue = new RequestQueue(3, 0);
    for (const [at, group] of [[1, 'a'], [2, 'b'], [3, 'a'], [4, 'a'], [5, 'a']] as const) queue.add(request(at, 1, group));
    expect(arrivals(queue.takeBatch(1))).toEqual([1, 3, 4]);
    expect(arrivals(queue.takeBatch(1))).toEqual([2]);
    expect(arrivals(queue.takeBatch(1))).toEqual([5]);
    expect(queue.takeBatch(1)).toEqual([]);
    expect(queue.rows).toBe(0);
  });

  it('leaves the workers that are still busy their part', () => {
    const queue = new RequestQueue(8, 0);
    for (let at = 0; at < 5; at++) queue.add(request(at));
    expect(arrivals(queue.takeBatch(2))).toEqual([0, 1]);
    expect(arrivals(queue.takeBatch(2))).toEqual([2]);
    expect(arrivals(queue.takeBatch(2))).toEqual([3]);
  });

  it('lets what fits no group, or has too many rows, go alone', () => {
    const queue = new RequestQueue(4, 0);
    queue.add(request(1, 9));
    for (const at of [2, 3]) queue.add({ ...request(at), group: undefined });
    expect([1, 2, 3].map(() => arrivals(queue.takeBatch(1)))).toEqual([[1], [2], [3]]);
  });

  it('forgets those who left', () => {
    const queue = new RequestQueue(4, 0);
    const [a, b] = [request(1, 2), request(2)];
    queue.add(a);
    queue.add(b);
    expect(queue.remove(a)).toBe(true);
    expect(queue.remove(a)).toBe(false);
    expect(queue.rows).toBe(1);
    expect(arrivals(queue.drain())).toEqual([2]);
  });
});
