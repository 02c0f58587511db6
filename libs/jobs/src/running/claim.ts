import { sql, type Transaction } from 'kysely';
import type { Tables } from '@lantern/store';
import type { JobDefinition } from '../records/job-definition.js';
import { toJobRecord, type JobRecord, type JobRow } from '../records/job-record.js';
import { isEnded, JobStatus } from '../records/job-states.js';
import type { JobStore } from '../records/job-store.js';
import { databaseNow, transition } from '../records/transition.js';

/** Seconds that a worker holds a job without renewing its lease. */
export const LEASE_SECONDS = 15;

/** How many workers a job may take down with it before it has failed. */
const MAX_TAKEOVERS = 10;

/** The job is this worker's, or nobody's any more, or another's for a while. */
export type Claim<Request, Outcome> =
  | { readonly kind: 'mine'; readonly record: JobRecord<Request, Outcome> }
  | { readonly kind: 'over' }
  | { readonly kind: 'held'; readonly delayMs: number };

/** `column` seconds from now, by the database's clock. */
export const secondsFromNow = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`;

/** What a renewed or new lease writes: the ring comes again after it. */
export const freshLease = () => ({
  lease_until: secondsFromNow(LEASE_SECONDS),
  ring_at: secondsFromNow(LEASE_SECONDS + 5),
});

/** Takes a job, which fences off every earlier attempt at it. */
export function claimJob<Request, Outcome>(
  store: JobStore,
  definition: JobDefinition<Request, Outcome>,
  id: string,
): Promise<Claim<Request, Outcome>> {
  return store.database.kysely.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('jobs')
      .selectAll()
      .select(sql<number | null>`extract(epoch from lease_until - now())::float8`.as('lease_seconds'))
      .where('id', '=', id)
      .where('definition', '=', definition.name)
      .forUpdate()
      .executeTakeFirst();
    if (!row || isEnded(row.status as JobStatus)) return { kind: 'over' };
    if (row.lease_seconds !== null && row.lease_seconds > 0)
      return { kind: 'held', delayMs: Math.ceil(row.lease_seconds * 1000) };
    if (row.status === JobStatus.STOP_REQUESTED) {
      await transition(transaction, row, JobStatus.STOPPED, {}, store.transitionListeners);
      return { kind: 'over' };
    }
    // A lease that was not given back is that of a worker that died.
    const takeovers = row.takeovers + (row.lease_until === null ? 0 : 1);
    if (takeovers > MAX_TAKEOVERS) {
      const failure = 'The job ended unexpectedly too often.';
      await transition(transaction, row, JobStatus.FAILED, { failure, takeovers }, store.transitionListeners);
      return { kind: 'over' };
    }
    const change = { attempt: row.attempt + 1, takeovers, ...freshLease() };
    // Of the row that the definition wrote.
    const record = (await take(transaction, store, row, change)) as JobRecord<Request, Outcome>;
    return { kind: 'mine', record };
  });
}

async function take(
  transaction: Transaction<Tables>,
  store: JobStore,
  row: JobRow,
  change: { attempt: number; takeovers: number } & ReturnType<typeof freshLease>,
): Promise<JobRecord> {
  if (row.status === JobStatus.QUEUED) {
    const first = { ...change, started_at: databaseNow };
    return transition(transaction, row, JobStatus.IN_PROGRESS, first, store.transitionListeners);
  }
  const taken = transaction.updateTable('jobs').set(change).where('id', '=', row.id).returningAll();
  return toJobRecord(await taken.executeTakeFirstOrThrow());
}
