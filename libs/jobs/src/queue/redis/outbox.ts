import { sql, type QueryExecutorProvider, type RawBuilder, type Transaction } from 'kysely';
import type { Database, Tables } from '@lantern/store';
import type { QueueEntry } from '../work-queue.js';

/** The channel on which a commit with new rows is told. */
export const OUTBOX_CHANNEL = 'lantern_outbox';

/** Entries that are forwarded at once. */
export const BATCH = 200;

/** Milliseconds for which relays leave an entry to the process that wrote it. */
const OWN_MS = 1_000;

/** An entry that was committed. */
export interface CommittedEntry {
  readonly queue: string;
  readonly id: string;
  /** Milliseconds until it rings. */
  readonly delayMs: number;
}

/** An entry that was committed, and its row. */
export interface LeftEntry extends CommittedEntry {
  readonly sequence: number;
}

/** Writes an entry that the process forwards itself once it has committed; its value is the row's sequence. */
export const leaveInOutbox = ({ queue, id, delayMs = 0 }: QueueEntry): RawBuilder<unknown> =>
  sql`lantern.leave_in_outbox(${queue}, ${id}, ${Math.max(0, delayMs)}, ${OWN_MS})`;

/**
 * Forgets entries that were forwarded. A server that crashes may remember some of them, which then ring twice: nobody
 * need wait for its disk.
 */
export async function forgetEntries({ kysely }: Database, sequences: readonly number[]): Promise<void> {
  await sql`
    delete from lantern.queue_outbox using (select set_config('synchronous_commit', 'off', true)) as lax
    where sequence = any(${sequences}::bigint[])`.execute(kysely);
}

/** Writes an entry; the commit tells the relays. */
export async function writeOutbox(
  executor: QueryExecutorProvider,
  { queue, id, delayMs = 0 }: QueueEntry,
): Promise<void> {
  await sql`
    with entry as (
      insert into lantern.queue_outbox (queue, id, due_at)
      values (${queue}, ${id}, now() + make_interval(secs => ${Math.max(0, delayMs) / 1000}))
      returning sequence)
    select pg_notify(${OUTBOX_CHANNEL}, '') from entry`.execute(executor);
}

/**
 * Takes some entries out, forwards them, and forgets them once they were forwarded. Entries of a process that dies in
 * between are forwarded again: they ring twice.
 * @returns how many; fewer than a batch means that there are no more
 */
export function drainOutbox(
  { kysely }: Database,
  forward: (entries: readonly CommittedEntry[]) => Promise<void>,
): Promise<{ readonly isEmpty: boolean }> {
  return kysely.transaction().execute(async (transaction) => {
    const entries = await takeEntries(transaction);
    if (entries.length > 0) await forward(entries);
    return { isEmpty: entries.length < BATCH };
  });
}

async function takeEntries(transaction: Transaction<Tables>): Promise<readonly CommittedEntry[]> {
  const { rows } = await sql<{ queue: string; id: string; delay_ms: number }>`
    delete from lantern.queue_outbox where sequence in (
      select sequence from lantern.queue_outbox where relay_at <= now() order by sequence limit ${BATCH} for update skip locked)
    returning queue, id, extract(epoch from due_at - now())::float8 * 1000 as delay_ms`.execute(transaction);
  return rows.map(({ queue, id, delay_ms }) => ({ queue, id, delayMs: Math.max(0, Math.round(delay_ms)) }));
}
