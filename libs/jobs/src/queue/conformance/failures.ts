import { expect, it } from 'vitest';
import { RingLater } from '../work-queue.js';
import { pause, soon, type QueueBench } from './queue-bench.js';

/** What becomes of entries whose handlers fail. */
export function describeFailures(bench: QueueBench): void {
  it('tries again after an error, each time after twice as long, and drops the entry after the last attempt', async () => {
    const name = bench.name();
    const attempts: { attempt: number; isLastAttempt: boolean; atMs: number }[] = [];
    const fail = (_id: string, { attempt, isLastAttempt }: { attempt: number; isLastAttempt: boolean }) => {
      attempts.push({ attempt, isLastAttempt, atMs: Date.now() });
      return Promise.reject(new Error('no luck'));
    };
    await bench.work(name, fail, { attempts: 3, backoffMs: 150 });
    await bench.queue.add({ queue: name, id: 'unlucky' });
    await soon(() => expect(attempts.length).toBe(3));
    await pause(800);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(attempts.map(({ isLastAttempt }) => isLastAttempt)).toEqual([false, false, true]);
    const [first = 0, second = 0, third = 0] = attempts.map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThanOrEqual(145);
    expect(third - second).toBeGreaterThanOrEqual(295);
    // It was dropped: its id is free again.
    await bench.queue.add({ queue: name, id: 'unlucky' });
    await soon(() => expect(attempts.length).toBeGreaterThan(3));
    expect(attempts[3]?.attempt).toBe(1);
  });

  it('rings again when a handler asks for it, without counting that as an attempt', async () => {
    const name = bench.name();
    const heard: { attempt: number; atMs: number }[] = [];
    await bench.work(
      name,
      (_id, { attempt }) => {
        heard.push({ attempt, atMs: Date.now() });
        return heard.length < 4 ? Promise.reject(new RingLater(100)) : Promise.resolve();
      },
      { attempts: 1 },
    );
    await bench.queue.add({ queue: name, id: 'patient' });
    await soon(() => expect(heard.length).toBe(4));
    await pause(200);
    expect(heard.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
    for (const [index, { atMs }] of heard.entries())
      if (index > 0) expect(atMs - (heard[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(95);
  });

  it('goes on with other entries while one waits for its next attempt', async () => {
    const name = bench.name();
    const heard: string[] = [];
    await bench.work(
      name,
      (id, { attempt }) => {
        heard.push(`${id} ${attempt}`);
        return id === 'bad' && attempt === 1 ? Promise.reject(new Error('no luck')) : Promise.resolve();
      },
      { concurrency: 1, backoffMs: 600 },
    );
    await bench.queue.add({ queue: name, id: 'bad' });
    await bench.queue.add({ queue: name, id: 'good' });
    await soon(() => expect(heard).toEqual(['bad 1', 'good 1', 'bad 2']));
  });
}
