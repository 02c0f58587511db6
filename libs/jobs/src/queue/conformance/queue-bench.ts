import { vi } from 'vitest';
import type { QueueHandler, Working, WorkOptions, WorkQueue } from '../work-queue.js';
import type { OpenedQueue } from './opened-queue.js';

/** What the tests of a back end are given. */
export interface QueueBench {
  readonly opened: OpenedQueue;
  /** The queue of this process. */
  readonly queue: WorkQueue;
  /** A name of its own for each test. */
  name(): string;
  /** Works until the end of the test. */
  work(queue: string, handler: QueueHandler, options?: Partial<WorkOptions>): Promise<Working>;
  /** Another process's queue, closed at the end of the test. */
  second(): WorkQueue;
  readonly errors: readonly string[];
}

/** Milliseconds within which a ring is expected, on a machine that is busy with other tests. */
const SOON_MS = 8_000;

/** Waits until the expectation holds. */
export const soon = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: SOON_MS, interval: 5 });

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
