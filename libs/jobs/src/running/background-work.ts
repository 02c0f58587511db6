import type { Working } from '../queue/work-queue.js';

/** What a process of the role `worker` does all the time, e.g. forwarding an outbox. */
export interface BackgroundWork {
  start(): Promise<Working>;
}

/** A class that Nest can construct. */
export interface BackgroundWorkClass {
  /** Name of its queue, by which an operator says which process does it. */
  readonly queue: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- constructor parameters are Nest's business
  new (...args: any[]): BackgroundWork;
}
