import { performance } from 'node:perf_hooks';

export interface MeasureOptions {
  /** Rounds that count, after one that warms up. */
  readonly rounds: number;
  /** No round begins after this. */
  readonly budgetMs: number;
}

/**
 * Times tasks in turn, so that a change of the machine's load meets all of them.
 * @returns [task, round], in milliseconds; at least one round
 */
export async function timesInTurn(
  tasks: readonly (() => Promise<unknown>)[],
  { rounds, budgetMs }: MeasureOptions,
): Promise<number[][]> {
  const times: number[][] = tasks.map(() => []);
  const start = performance.now();
  for (let round = -1; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const before = performance.now();
      await task();
      if (round >= 0) times[index]!.push(performance.now() - before);
    }
    if (round >= 0 && performance.now() - start > budgetMs) break;
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
