import { performance } from 'node:perf_hooks';

export interface MeasureOptions {
  /** Tasks run for this long, and once at least, before they are timed: engines translate what runs often. */
  readonly warmUpMs: number;
  /** The most rounds that are timed. */
  readonly rounds: number;
  /** After this no further round begins. */
  readonly budgetMs: number;
}

/**
 * Times tasks in turn, so that a change of the machine's load meets all of them.
 * @returns [task, round], in milliseconds; at least one round
 */
export async function timesInTurn(
  tasks: readonly (() => Promise<unknown>)[],
  { warmUpMs, rounds, budgetMs }: MeasureOptions,
): Promise<number[][]> {
  await roundsOf(tasks, { rounds: Infinity, budgetMs: warmUpMs });
  return roundsOf(tasks, { rounds, budgetMs });
}

async function roundsOf(
  tasks: readonly (() => Promise<unknown>)[],
  { rounds, budgetMs }: { rounds: number; budgetMs: number },
): Promise<number[][]> {
  const times: number[][] = tasks.map(() => []);
  const start = performance.now();
  do {
    for (const [index, task] of tasks.entries()) {
      const before = performance.now();
      await task();
      times[index]!.push(performance.now() - before);
    }
  } while (times[0]!.length < rounds && performance.now() - start < budgetMs);
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
