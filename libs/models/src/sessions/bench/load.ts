import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rng } from '@lantern/core-ml';

/** What a load showed. */
export interface LoadResult {
  readonly perSecond: number;
  /** Of each request, in the order of their ends. */
  readonly latenciesMs: readonly number[];
  /** The longest time that the event loop stood still. */
  readonly stallMs: number;
}

/** How often the event loop is looked at; a stall is what exceeds it. */
const RESOLUTION_MS = 1;

/** So many callers, each of which asks again as soon as it is answered. */
export const closedLoop = (nCallers: number, seconds: number, ask: () => Promise<unknown>): Promise<LoadResult> =>
  measure(seconds, async (untilMs, timed) => {
    const caller = async () => {
      while (performance.now() < untilMs) await timed(ask);
    };
    await Promise.all(Array.from({ length: nCallers }, caller));
  });

/** Requests that come at random, whether or not those before them were answered: a Poisson process. */
export const openLoop = (
  perSecond: number,
  seconds: number,
  rng: Rng,
  ask: () => Promise<unknown>,
): Promise<LoadResult> =>
  measure(seconds, async (untilMs, timed) => {
    const running: Promise<void>[] = [];
    for (let nextMs = performance.now(); nextMs < untilMs; nextMs -= (Math.log(1 - rng.float()) / perSecond) * 1_000) {
      const waitMs = nextMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      running.push(timed(ask));
    }
    await Promise.all(running);
  });

async function measure(
  seconds: number,
  run: (untilMs: number, timed: (ask: () => Promise<unknown>) => Promise<void>) => Promise<void>,
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const startedMs = performance.now();
  await run(startedMs + 1_000 * seconds, async (ask) => {
    const askedMs = performance.now();
    await ask();
    latenciesMs.push(performance.now() - askedMs);
  });
  const perSecond = (1_000 * latenciesMs.length) / (performance.now() - startedMs);
  delay.disable();
  return { perSecond, latenciesMs, stallMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) };
}

/** The value below which this part of all values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
