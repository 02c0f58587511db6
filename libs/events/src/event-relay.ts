import { ServiceError, type OperationCaller } from '@lantern/aws-protocol';
import type { Working, WorkQueue } from '@lantern/jobs';
import type { Database } from '@lantern/store';
import { deliver, UnknownTargetError, type Delivery } from './deliver.js';
import { DeliveryChains, type Chain } from './delivery-chains.js';
import { EVENTS_QUEUE } from './event-bus.js';

export interface EventRelayConfig {
  readonly database: Pick<Database, 'kysely'>;
  readonly queue: WorkQueue;
  readonly caller: OperationCaller;
  /** Told of deliveries that were given up, and of trouble of its own; the relay goes on. */
  readonly onError?: (error: Error) => void;
  /** Milliseconds between looks for what no ring announced. @default 5_000 */
  readonly sweepMs?: number;
}

const CONCURRENCY = 4;
/** EventBridge tries for a day. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html (read 2026-11) */
const MAX_AGE_MS = 24 * 60 * 60_000;
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 5 * 60_000;
/** A call within the suite takes milliseconds; a claim outlives this. */
const CALL_TIMEOUT_MS = 30_000;
/** For how long the operator can see what was given up. */
const KEEP_FAILED_DAYS = 14;

/**
 * Delivers what `EventBus` wrote down. Several processes may relay at once: of one target and group only the first
 * delivery is ever tried, and the next not before it was delivered or given up.
 */
export class EventRelay {
  private readonly chains: DeliveryChains;
  private readonly onError: (error: Error) => void;

  constructor(private readonly config: EventRelayConfig) {
    this.chains = new DeliveryChains(config.database);
    this.onError = config.onError ?? (() => undefined);
  }

  /** Begins to deliver. */
  async start(): Promise<Working> {
    const { queue, sweepMs = 5_000 } = this.config;
    const stop = new AbortController();
    const ringing = await queue.work(EVENTS_QUEUE, (id, { signal }) => this.answer(id, signal), {
      concurrency: CONCURRENCY,
      attempts: 1,
      backoffMs: FIRST_BACKOFF_MS,
    });
    let sweeping: Promise<void> = Promise.resolve();
    let isSweeping = false;
    const timer = setInterval(() => {
      if (isSweeping) return;
      isSweeping = true;
      sweeping = this.sweep(stop.signal)
        .catch(this.onError)
        .finally(() => (isSweeping = false));
    }, sweepMs);
    timer.unref();
    return {
      close: async (graceMs) => {
        clearInterval(timer);
        stop.abort();
        await Promise.all([ringing.close(graceMs), sweeping]);
      },
    };
  }

  private async answer(ring: string, signal: AbortSignal): Promise<void> {
    const chain = await this.chains.of(Number(ring.split('-')[1]));
    if (chain) await this.drain(chain, signal);
  }

  /** Looks after deliveries whose ring was lost, and after what died half way. */
  private async sweep(signal: AbortSignal): Promise<void> {
    await this.chains.forget(KEEP_FAILED_DAYS);
    for (const chain of await this.chains.neglected(2, 200)) await this.drain(chain, signal);
  }

  /** Delivers a chain from its beginning until it is empty, or its first delivery is another's or has to wait. */
  private async drain(chain: Chain, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const delivery = await this.chains.claim(chain);
      if (!delivery || !(await this.attempt(delivery))) return;
    }
  }

  /** @returns whether the chain may go on */
  private async attempt(delivery: Delivery): Promise<boolean> {
    try {
      await deliver(this.config.caller, delivery, AbortSignal.timeout(CALL_TIMEOUT_MS));
    } catch (error) {
      return this.settle(delivery, error instanceof Error ? error : new Error(String(error)));
    }
    await this.chains.delivered(delivery);
    return true;
  }

  private async settle(delivery: Delivery, error: Error): Promise<boolean> {
    const isOld = Date.now() - delivery.created_at.getTime() > MAX_AGE_MS;
    if (isFinal(error) || isOld) {
      await this.chains.fail(delivery, `${error.name}: ${error.message}`);
      this.onError(new Error(`an event for ${delivery.target} was given up`, { cause: error }));
      return true;
    }
    const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(delivery.attempts - 1, 20), MAX_BACKOFF_MS);
    await this.chains.postpone(delivery, delayMs);
    const ring = `delivery-${delivery.id}-${delivery.attempts}`;
    await this.config.queue.add({ queue: EVENTS_QUEUE, id: ring, delayMs: delayMs + 10 });
    return false;
  }
}

/** Whether trying again cannot help: the target is missing, or refuses the message. */
function isFinal(error: Error): boolean {
  if (error instanceof UnknownTargetError) return true;
  return error instanceof ServiceError && error.fault === 'client' && !/throttl|slowdown/i.test(error.code);
}
