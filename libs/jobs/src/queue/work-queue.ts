import type { QueryExecutorProvider, RawBuilder } from 'kysely';

/** A Kysely transaction on whatever tables. */
export interface OpenTransaction extends QueryExecutorProvider {
  readonly isTransaction: true;
}

/** A ring of the doorbell: which queue, and what to look at. */
export interface QueueEntry {
  /** Letters, digits, dots and hyphens. */
  readonly queue: string;
  /**
   * Names the work, e.g. the id of its row; without `:`, and not a whole number. While an entry of this id waits or is
   * worked on, a further one is not added: give every new piece of work an id of its own.
   */
  readonly id: string;
  /** Milliseconds until it rings. @default 0 */
  readonly delayMs?: number | undefined;
}

/** A ring as an expression of SQL: a statement that writes a record rings too, without a statement more. */
export interface RingExpression {
  /** Evaluate it once; it rings when its statement's transaction commits. */
  readonly expression: RawBuilder<unknown>;
  /** To be called after the commit with the expression's value. Without that it rings seconds later. */
  readonly committed: (value: unknown) => void;
}

/** What a handler may know of its run beside the id. */
export interface QueueRun {
  /** From 1; grows with each error, not when a dead worker's entry is taken over. */
  readonly attempt: number;
  /** Whether an error would be the last one: the entry is then dropped. */
  readonly isLastAttempt: boolean;
  /** Aborts when the worker closes or has lost the entry to another one. */
  readonly signal: AbortSignal;
}

/** Does the work behind an entry. It may be called twice for the same id, even at the same time. */
export type QueueHandler = (id: string, run: QueueRun) => Promise<void>;

export interface WorkOptions {
  /** Entries that this process works on at once. */
  readonly concurrency: number;
  /** How often a handler may fail before the entry is dropped. */
  readonly attempts: number;
  /** Milliseconds until the second attempt; twice as many before each further one. */
  readonly backoffMs: number;
  /** Milliseconds after which the entries of a worker that died ring elsewhere. @default 15_000 */
  readonly lockMs?: number | undefined;
}

/** Handlers at work. */
export interface Working {
  /**
   * Takes no more entries, waits for the running handlers, and aborts those that take longer; what they did not finish
   * rings again.
   * @param graceMs milliseconds that running handlers have. @default 0
   */
  close(graceMs?: number): Promise<void>;
}

/** Thrown by a handler: the entry rings again later, and this run is not counted as an attempt. */
export class RingLater extends Error {
  constructor(readonly delayMs: number) {
    super(`Rings again in ${delayMs} ms`);
    this.name = 'RingLater';
  }
}

/**
 * A doorbell: it carries ids from those who have work to those who do it. The truth is elsewhere, in a record; ringing
 * twice does no harm, and the owner of the records rings again where a ring may have been lost.
 */
export abstract class WorkQueue {
  /**
   * Rings, or rings when the transaction commits.
   * @param transaction one on Lantern's database; without it, the entry is durable when this resolves
   */
  abstract add(entry: QueueEntry, transaction?: OpenTransaction): Promise<void>;

  /** A ring for a statement of the caller's, on Lantern's database. */
  abstract asExpression(entry: QueueEntry): Promise<RingExpression>;

  /** Begins to work on a queue. Resolves once entries are taken. */
  abstract work(queue: string, handler: QueueHandler, options: WorkOptions): Promise<Working>;

  /** Ends its connections. Close what works on it first. */
  abstract close(): Promise<void>;
}
