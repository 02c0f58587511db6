import { Injectable, Logger } from '@nestjs/common';
import { RingLater, WorkQueue, type BackgroundWork, type QueueRun, type Working } from '@lantern/jobs';
import { Attempt } from './attempt.js';
import { DELIVERY_QUEUE, deliveryOf, DeliveryStore } from './delivery-store.js';

/** Deliveries that a process makes at once. They mostly wait for others to answer. */
const CONCURRENCY = 32;
/** Of these, how many for one subscription: a slow endpoint must not hold up all others. */
const MAX_PER_SUBSCRIPTION = 8;
/** When one of them ends, so many of those that were turned away are rung for. */
const N_LET_IN = 2;
/** A worker that did not end an attempt by then is dead. Longer than any attempt takes. */
const CLAIM_MS = 25_000;
const SWEEP_EVERY_MS = 5_000;
const OVERDUE_MS = 5_000;
const SWEEP_SIZE = 500;

/** Delivers messages to webhooks and queues, in every process of the role `worker`. */
@Injectable()
export class DeliveryWorker implements BackgroundWork {
  static readonly queue = DELIVERY_QUEUE;
  private readonly log = new Logger(DeliveryWorker.name);
  private readonly nRunning = new Map<string, number>();
  /** Subscriptions of which deliveries were turned away; they are due and wait for a ring. */
  private readonly crowded = new Set<string>();

  constructor(
    private readonly queue: WorkQueue,
    private readonly deliveries: DeliveryStore,
    private readonly attempt: Attempt,
  ) {}

  async start(): Promise<Working> {
    // The records know what is left to do, so an entry that the queue drops after an error of ours is rung for again.
    const options = { concurrency: CONCURRENCY, attempts: 3, backoffMs: 1_000 };
    const working = await this.queue.work(DELIVERY_QUEUE, (entry, run) => this.handle(deliveryOf(entry), run), options);
    const stopSweeping = this.sweepRegularly();
    return {
      close: async (graceMs) => {
        await stopSweeping();
        await working.close(graceMs);
      },
    };
  }

  private async handle(id: string, { signal }: QueueRun): Promise<void> {
    const state = await this.deliveries.peek(id);
    // It was made, or waits for another one that will ring for it.
    if (!state || state.waitMs === Infinity) return;
    if (state.waitMs > 0) throw new RingLater(state.waitMs);
    const running = this.nRunning.get(state.subscription) ?? 0;
    if (running >= MAX_PER_SUBSCRIPTION) return void this.crowded.add(state.subscription);
    this.nRunning.set(state.subscription, running + 1);
    try {
      await this.claimAndTry(id, signal);
    } finally {
      await this.leave(state.subscription);
    }
  }

  private async claimAndTry(id: string, signal: AbortSignal): Promise<void> {
    const delivery = await this.deliveries.claim(id, CLAIM_MS);
    if (!delivery) return;
    try {
      await this.attempt.make(delivery, signal);
    } catch (error) {
      // Ours, not the endpoint's: it costs the delivery nothing.
      await this.deliveries.release(id, error instanceof RingLater ? error.delayMs : 0);
      throw error;
    }
  }

  private async leave(subscription: string): Promise<void> {
    const left = (this.nRunning.get(subscription) ?? 1) - 1;
    if (left > 0) this.nRunning.set(subscription, left);
    else this.nRunning.delete(subscription);
    if (!this.crowded.has(subscription)) return;
    if ((await this.deliveries.ringDue(subscription, N_LET_IN)) === 0) this.crowded.delete(subscription);
  }

  /** @returns what stops it */
  private sweepRegularly(): () => Promise<void> {
    let sweep: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      sweep = sweep
        .then(() => this.deliveries.ringOverdue(OVERDUE_MS, SWEEP_SIZE))
        .catch((error: unknown) => this.log.error('Overdue deliveries could not be looked for', error));
    }, SWEEP_EVERY_MS);
    return async () => {
      clearInterval(timer);
      await sweep;
    };
  }
}
