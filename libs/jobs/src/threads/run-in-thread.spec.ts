import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { JobFailure } from '../index.js';
import type { Burning } from './burning.fixture.js';
import { runInThread, type ThreadOptions } from './run-in-thread.js';

const script = new URL('./burning.fixture.js', import.meta.url);
const run = (work: Burning, options?: ThreadOptions) => runInThread<Burning, number>(script, work, options);

describe('work in a thread', () => {
  it('leaves the event loop free, and reports its progress', async () => {
    const told: number[] = [];
    let nTicks = 0;
    const ticking = setInterval(() => nTicks++, 5);
    const before = performance.eventLoopUtilization();
    const sum = await run({ kind: 'burn', ms: 600 }, { progress: (percent) => told.push(percent) });
    const { utilization } = performance.eventLoopUtilization(before);
    clearInterval(ticking);
    expect(sum).toBeGreaterThan(0);
    expect(told[0]).toBe(0);
    expect(told.length).toBeGreaterThan(1);
    // 120 on an idle machine; the same work on the event loop would let none through.
    expect(nTicks).toBeGreaterThan(10);
    expect(utilization).toBeLessThan(0.5);
  });

  it('ends when it is cut off, with the reason of the signal', async () => {
    const controller = new AbortController();
    const burning = run({ kind: 'burn', ms: 60_000 }, { signal: controller.signal });
    const begun = performance.now();
    setTimeout(() => controller.abort(new Error('stop it')), 200);
    await expect(burning).rejects.toThrow('stop it');
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('is ended when it does not heed that', async () => {
    const controller = new AbortController();
    const burning = run({ kind: 'burn', ms: 60_000, isDeaf: true }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stop it')), 200);
    await expect(burning).rejects.toThrow('stop it');
    const aborted = run({ kind: 'burn', ms: 60_000 }, { signal: controller.signal });
    await expect(aborted).rejects.toThrow('stop it');
  });

  it('throws what the thread threw', async () => {
    await expect(run({ kind: 'fail', isFailure: true })).rejects.toBeInstanceOf(JobFailure);
    await expect(run({ kind: 'fail', isFailure: true })).rejects.toThrow('No documents.');
    const error = await run({ kind: 'fail', isFailure: false }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'TypeError', message: 'bad shape' });
    expect(error).not.toBeInstanceOf(JobFailure);
  });

  it('fails when its thread dies, and takes nothing with it', async () => {
    await expect(run({ kind: 'exit' })).rejects.toThrow('code 3');
    await expect(run({ kind: 'fill' }, { maxHeapMib: 32 })).rejects.toThrow(/memory/);
  });
});
