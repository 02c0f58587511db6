import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/database.js';
import { SCHEMA } from '../database/database.js';
import type { Tables } from '../database/tables.js';

/** A token bucket: it holds at most `burst` tokens and gains `ratePerSecond` of them. A rate of 0 means no limit. */
export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface RateLimiterConfig {
  /** Tokens that each bucket gains in a second; 0 means no limit. */
  readonly ratePerSecond: number;
  /** Tokens that a bucket holds at most. @default two seconds' worth, at least 1 */
  readonly burst?: number;
  /** Buckets with limits of their own, by name. */
  readonly buckets?: Readonly<Record<string, RateLimit>>;
  /** Told when the database cannot be asked; calls then go on for one block, and wait after it. */
  readonly onError?: (error: unknown) => void;
  /** A steady clock in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** `true`, or how long to wait before asking again. */
export type Taken = true | { readonly retryAfterMs: number };

/** A process takes at most this share of a burst at once, so that several processes can work side by side. */
const BLOCK_SHARE = 1 / 8;
/** Waiting time where the database does not answer. */
const OUTAGE_RETRY_MS = 1_000;
/** Buckets kept in memory; beyond it the oldest go, with at most a block of tokens each. */
const MOST_LEASES = 10_000;

/** What this process knows of one bucket. */
interface Lease {
  readonly limit: RateLimit;
  /** Most tokens to hold in stock or to owe. */
  readonly block: number;
  /** Tokens in stock; below zero, what was admitted before the bucket could be asked. */
  stock: number;
  /** How far below zero the stock may go. */
  credit: number;
  /** No token before this time. */
  emptyUntil: number;
  asking: Promise<void> | undefined;
}

/**
 * Limits calls per account, over all processes that share the database.
 *
 * `take` never waits: each process leases tokens in blocks ahead of need and counts them down in memory. The shared
 * limit therefore holds to within one block per process at any moment, and exactly in the long run, because what was
 * admitted in advance is charged at the next lease.
 */
export class RateLimiter {
  private readonly leases = new Map<string, Lease>();
  private readonly buckets: ReadonlyMap<string, RateLimit>;
  private readonly limit: RateLimit;
  private readonly now: () => number;

  constructor(
    private readonly database: Database,
    private readonly config: RateLimiterConfig,
  ) {
    const { ratePerSecond, burst = Math.max(1, 2 * ratePerSecond) } = config;
    this.limit = { ratePerSecond, burst };
    this.buckets = new Map(Object.entries(config.buckets ?? {}));
    this.now = config.now ?? (() => performance.now());
  }

  /** Takes one token. @param bucket what is limited, e.g. `requests`; each account has its own of each */
  take(account: string, bucket: string): Taken {
    const limit = this.buckets.get(bucket) ?? this.limit;
    if (limit.ratePerSecond <= 0) return true;
    const lease = this.leaseOf(account, bucket, limit);
    const wait = lease.emptyUntil - this.now();
    if (wait > 0) return { retryAfterMs: Math.ceil(wait) };
    if (lease.stock > -lease.credit) {
      lease.stock -= 1;
      if (lease.stock < lease.block / 2) this.ask(lease, account, bucket);
      return true;
    }
    this.ask(lease, account, bucket);
    return { retryAfterMs: Math.ceil(1000 / limit.ratePerSecond) };
  }

  /** Waits for what the database was asked. Tokens in stock are not given back; the bucket refills without them. */
  async close(): Promise<void> {
    await Promise.all([...this.leases.values()].flatMap((lease) => lease.asking ?? []));
  }

  private leaseOf(account: string, bucket: string, limit: RateLimit): Lease {
    const key = `${account}/${bucket}`;
    const known = this.leases.get(key);
    if (known) return known;
    const block = blockSize(limit);
    const lease: Lease = { limit, block, stock: 0, credit: block, emptyUntil: 0, asking: undefined };
    this.leases.set(key, lease);
    if (this.leases.size > MOST_LEASES) {
      const oldest = this.leases.keys().next();
      if (!oldest.done) this.leases.delete(oldest.value);
    }
    return lease;
  }

  private ask(lease: Lease, account: string, bucket: string): void {
    lease.asking ??= this.lease(lease, account, bucket)
      .catch((error: unknown) => {
        this.config.onError?.(error);
        if (lease.stock <= -lease.credit) lease.emptyUntil = this.now() + OUTAGE_RETRY_MS;
      })
      .finally(() => {
        lease.asking = undefined;
      });
  }

  private async lease(lease: Lease, account: string, bucket: string): Promise<void> {
    // What is owed now is charged; calls admitted while we wait stay owed and are charged next time.
    const owed = Math.max(0, -lease.stock);
    const wanted = lease.block - Math.max(0, lease.stock);
    const { granted, left } = await drawTokens(this.database.kysely, account, bucket, lease.limit, owed, wanted);
    lease.stock += owed + granted;
    // An empty bucket gives no credit beyond the one call that asks again, or every process would overdraw it in turn.
    lease.credit = granted > 0 ? lease.block : 1;
    if (lease.stock < 1 && granted === 0) {
      lease.emptyUntil = this.now() + ((1 - left) / lease.limit.ratePerSecond) * 1000;
    }
  }
}

/** Tokens that a process holds or owes at most. */
export const blockSize = ({ burst }: RateLimit): number => Math.max(1, Math.floor(burst * BLOCK_SHARE));

/**
 * Refills a bucket for the time gone by, charges what is owed and draws up to `wanted` whole tokens, all in one
 * statement and by the database's clock.
 */
async function drawTokens(
  kysely: Kysely<Tables>,
  account: string,
  bucket: string,
  limit: RateLimit,
  owed: number,
  wanted: number,
): Promise<{ granted: number; left: number }> {
  const table = sql.table(`${SCHEMA}.rate_buckets`);
  const gain = sql`extract(epoch from clock_timestamp() - filled_at)::float8 * ${limit.ratePerSecond}::float8`;
  const { rows } = await sql<{ granted: number; left: number }>`
    with made as (
      insert into ${table} (account, bucket, tokens, filled_at)
      values (${account}, ${bucket}, ${limit.burst}::float8, clock_timestamp())
      on conflict do nothing
    ), locked as (
      select least(${limit.burst}::float8, tokens + greatest(0, ${gain})) - ${owed}::float8 as have
      from ${table} where account = ${account} and bucket = ${bucket} for update
    ), drawn as (
      select have, greatest(0, least(${wanted}::float8, floor(have))) as granted from locked
    )
    update ${table} set tokens = have - granted, filled_at = clock_timestamp() from drawn
    where account = ${account} and bucket = ${bucket}
    returning granted, tokens as left`.execute(kysely);
  const [row] = rows;
  // The statement that makes the bucket does not see it yet; it is there for the next one.
  return row ?? drawTokens(kysely, account, bucket, limit, owed, wanted);
}
