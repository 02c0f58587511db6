import { RingLater, type QueueHandler, type Working, type WorkOptions } from './work-queue.js';

/** Milliseconds of a lock, unless said otherwise: a killed worker's entry rings elsewhere within twice this time. */
export const DEFAULT_LOCK_MS = 15_000;

/** The reason with which a closing worker aborts handlers that are out of grace. */
const closing = () => new DOMException('The worker closes', 'AbortError');

/** An entry is forgotten once it was worked on, so that its id may ring again. */
export const ringOptions = { removeOnComplete: true, removeOnFail: true };

/** Options that both back ends give BullMQ's worker. */
export const workerOptions = ({ concurrency, lockMs = DEFAULT_LOCK_MS }: WorkOptions) => ({
  concurrency,
  lockDuration: lockMs,
  stalledInterval: lockMs,
  // How often work may be taken over is for the owner of the record to say; an entry is never given up for it.
  maxStalledCount: 2 ** 31 - 1,
  // Seconds between two looks without a ring. Rings come by notification, so this is for those that were missed.
  drainDelay: 30,
});

/** What is needed of BullMQ's job, whose type depends on the back end. */
export interface ClaimedEntry {
  readonly id?: string | undefined;
  readonly attemptsMade: number;
  readonly opts: { attempts?: number; backoff?: number | { type: string; delay?: number } };
  moveToDelayed(atMs: number, token?: string): Promise<void>;
}

/** What is needed of BullMQ's worker. */
export interface EntrySource {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (ids: string[]) => void): unknown;
  cancelJob(id: string, reason?: string): boolean;
  waitUntilReady(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds for a handler to heed its signal; one that is deaf is left behind. */
const heedingMs = 250;

/** Runs a handler for BullMQ's worker and closes both. */
export class QueueWorker implements Working {
  private readonly running = new Map<Promise<void>, AbortController>();
  private worker: EntrySource | undefined;

  /**
   * @param delayed BullMQ's sign that the entry was moved by the handler itself
   * @param onError told of errors of handlers and connections
   */
  constructor(
    private readonly handler: QueueHandler,
    private readonly options: WorkOptions,
    private readonly delayed: new () => Error,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Binds the worker that was made with `process`, and resolves when it listens. */
  async bind(worker: EntrySource): Promise<this> {
    this.worker = worker;
    worker.on('error', this.onError);
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) worker.cancelJob(id, 'the entry was lost to another worker');
    });
    await worker.waitUntilReady();
    return this;
  }

  /** What BullMQ calls for each entry. */
  async process(job: ClaimedEntry, token: string | undefined, lost?: AbortSignal): Promise<void> {
    // Attempts belong to those who work, not to those who ring.
    job.opts.attempts = this.options.attempts;
    job.opts.backoff = { type: 'exponential', delay: this.options.backoffMs };
    const abort = new AbortController();
    const signal = lost ? AbortSignal.any([lost, abort.signal]) : abort.signal;
    const attempt = job.attemptsMade + 1;
    const isLastAttempt = attempt >= this.options.attempts;
    const run = this.handler(job.id ?? '', { attempt, isLastAttempt, signal });
    this.running.set(run, abort);
    try {
      await run;
    } catch (error) {
      const delayMs = error instanceof RingLater ? error.delayMs : abort.signal.aborted ? 0 : undefined;
      if (delayMs === undefined) throw error;
      await job.moveToDelayed(Date.now() + Math.max(1, delayMs), token);
      throw new this.delayed();
    } finally {
      this.running.delete(run);
    }
  }

  async close(graceMs = 0): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const closed = worker.close();
    await settledWithin(closed, graceMs);
    for (const abort of this.running.values()) abort.abort(closing());
    await settledWithin(closed, heedingMs);
  }
}

/** Waits for a promise, but not longer than `ms`. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
