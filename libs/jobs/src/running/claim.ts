import { sql } from 'kysely';
import type { JobDefinition } from '../records/job-definition.js';
import { ForbiddenTransitionError, JobNotFoundError, SupersededError } from '../records/job-errors.js';
import { toJobRecord, type JobRecord } from '../records/job-record.js';
import { isEnded, JobStatus } from '../records/job-states.js';
import type { JobStore } from '../records/job-store.js';
import { databaseNow, transition, type OpenChangeScope } from '../records/transition.js';

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
export async function claimJob<Request, Outcome>(
  store: JobStore,
  definition: JobDefinition<Request, Outcome>,
  id: string,
): Promise<Claim<Request, Outcome>> {
  const record = await takeNew(store, definition, id);
  // The definition's queue brought the id, so the record is of its types.
  if (record) return { kind: 'mine', record: record as JobRecord<Request, Outcome> };
  return store.changingMore(definition, (scope) => takeOver(scope, definition, id));
}

/**
 * The usual case, in the fewest statements: nobody has taken the job before. It does not wait for the server's disk: a
 * server that crashes may forget it, and then the job is taken anew, as after a worker that died. The end of a job is
 * durable, and all that was written before it with it.
 */
async function takeNew(
  store: JobStore,
  definition: Pick<JobDefinition, 'name'>,
  id: string,
): Promise<JobRecord | undefined> {
  const change = { attempt: 1, started_at: databaseNow, ...freshLease() };
  try {
    return await store.changing(definition, (scope) =>
      transition(scope, { id, attempt: 0 }, JobStatus.IN_PROGRESS, change, 'forgettable'),
    );
  } catch (error) {
    const isTaken =
      error instanceof SupersededError ||
      error instanceof ForbiddenTransitionError ||
      error instanceof JobNotFoundError;
    if (isTaken) return undefined;
    throw error;
  }
}

async function takeOver<Request, Outcome>(
  scope: OpenChangeScope,
  definition: JobDefinition<Request, Outcome>,
  id: string,
): Promise<Claim<Request, Outcome>> {
  const { executor } = scope;
  const row = await executor
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
    await transition(scope, row, JobStatus.STOPPED, {});
    return { kind: 'over' };
  }
  // A lease that was not given back is that of a worker that died.
  const takeovers = row.takeovers + (row.lease_until === null ? 0 : 1);
  if (takeovers > MAX_TAKEOVERS) {
    const failure = 'The job ended unexpectedly too often.';
    await transition(scope, row, JobStatus.FAILED, { failure, takeovers });
    return { kind: 'over' };
  }
  const taken = await executor
    .updateTable('jobs')
    .set({ attempt: row.attempt + 1, takeovers, ...freshLease() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { kind: 'mine', record: toJobRecord<Request, Outcome>(taken) };
}
