import { Database } from '@lantern/store';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { sql } from 'kysely';
import pg from 'pg';

/** Postgres channel on which senders name the queue that they sent to. */
export const ARRIVALS_CHANNEL = 'lantern_sqs';

/** How long a waiter trusts its ears; what becomes visible otherwise is found then. */
const LISTENING_MS = 1_000;
const DEAF_MS = 200;
const RECONNECT_MS = 1_000;

/**
 * Wakes who waits for messages, whatever process sent them. It listens on one connection of its own from the first
 * waiter on; while that is broken, waiters look more often instead.
 */
@Injectable()
export class Arrivals implements OnModuleDestroy {
  private readonly waiters = new Map<number, Set<() => void>>();
  private connection: pg.Client | undefined;
  private connecting: Promise<void> | undefined;
  private retryAtMs = 0;
  private isClosed = false;
  private readonly untold = new Set<number>();
  private telling: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  /**
   * Begins to listen for arrivals in a queue; look into the queue after this and before `wait`, so that none is missed.
   */
  listen(queueId: number): Listening {
    void this.connect();
    const waiters = this.waiters.get(queueId) ?? new Set();
    this.waiters.set(queueId, waiters);
    const listening = new Listening(
      () => (this.connection ? LISTENING_MS : DEAF_MS),
      () => {
        waiters.delete(listening.ring);
        if (waiters.size === 0) this.waiters.delete(queueId);
      },
    );
    waiters.add(listening.ring);
    return listening;
  }

  /**
   * Wakes the waiters of a queue, here at once and in other processes soon. Call it after messages were committed: within
   * their transaction, Postgres would let only one sender commit at a time. Who is not told finds them a second later.
   */
  tell(queueId: number): void {
    for (const ring of this.waiters.get(queueId) ?? []) ring();
    this.untold.add(queueId);
    this.telling ??= this.tellOthers()
      .catch(() => this.untold.clear())
      .finally(() => (this.telling = undefined));
  }

  async onModuleDestroy(): Promise<void> {
    this.isClosed = true;
    await Promise.all([this.connecting, this.telling]);
    const { connection } = this;
    this.connection = undefined;
    await connection?.end().catch(() => undefined);
    for (const waiters of this.waiters.values()) for (const ring of waiters) ring();
  }

  /** One statement at a time, for all queues that got something meanwhile. */
  private async tellOthers(): Promise<void> {
    while (this.untold.size > 0) {
      const ids = [...this.untold].map(String);
      this.untold.clear();
      await sql`select pg_notify(${ARRIVALS_CHANNEL}, id) from unnest(${ids}::text[]) as id`.execute(
        this.database.kysely,
      );
    }
  }

  private connect(): Promise<void> {
    if (this.connection || this.isClosed || Date.now() < this.retryAtMs) return Promise.resolve();
    this.connecting ??= this.open().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.database.url,
      application_name: 'lantern sqs',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    const lose = () => {
      if (this.connection === client) this.connection = undefined;
      this.retryAtMs = Date.now() + RECONNECT_MS;
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => {
      for (const ring of this.waiters.get(Number(payload)) ?? []) ring();
    });
    try {
      await client.connect();
      await client.query(`listen ${ARRIVALS_CHANNEL}`);
      this.connection = client;
    } catch {
      // Waiters look by themselves meanwhile; requests tell of a database that is gone.
      lose();
      await client.end().catch(() => undefined);
    }
  }
}

/** One waiter's ear. */
export class Listening {
  private hasRung = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly patienceMs: () => number,
    /** Stops to listen. */
    readonly close: () => void,
  ) {}

  readonly ring = (): void => {
    this.hasRung = true;
    this.wake?.();
  };

  /** Resolves on an arrival since the last `wait`, after `ms`, when patience ends, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.hasRung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const stop = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          this.wake = undefined;
          resolve();
        };
        const timer = setTimeout(stop, Math.min(ms, this.patienceMs()));
        this.wake = stop;
        signal.addEventListener('abort', stop);
      });
    }
    this.hasRung = false;
  }
}
