import type { Tables } from '@lantern/store';
import { sql, type RawBuilder, type Transaction, type Updateable } from 'kysely';
import { ForbiddenTransitionError, JobNotFoundError, SupersededError } from './job-errors.js';
import { toJobRecord, type JobRecord } from './job-record.js';
import { isEnded, mayGo, type JobStatus } from './job-states.js';

/**
 * Told of each change of a status, inside its transaction: what it writes there happens together with the change.
 * @param from undefined for a new job
 */
export type TransitionListener = (
  transaction: Transaction<Tables>,
  record: JobRecord,
  from: JobStatus | undefined,
  to: JobStatus,
) => Promise<void>;

/** The time now by the database's clock, in the milliseconds in which it is given out. */
export const databaseNow = sql<Date>`date_trunc('milliseconds', now())`;

type Columns = Omit<Updateable<Tables['jobs']>, 'status'>;

/** What changes with a status: values, or expressions of them. */
export type StatusChange = { readonly [Name in keyof Columns]: Columns[Name] | RawBuilder<NonNullable<Columns[Name]>> };

/**
 * Changes a job's status; nothing else does.
 * @param record as it was read: if another worker took the job since, nothing changes
 * @param change what changes with the status
 * @throws SupersededError, ForbiddenTransitionError, JobNotFoundError
 */
export async function transition(
  transaction: Transaction<Tables>,
  record: Pick<JobRecord, 'id' | 'attempt'>,
  to: JobStatus,
  change: StatusChange,
  listeners: Iterable<TransitionListener>,
): Promise<JobRecord> {
  const { id } = record;
  const found = await transaction
    .selectFrom('jobs')
    .select(['status', 'attempt'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new JobNotFoundError(`There is no job ${id}`);
  if (found.attempt !== record.attempt) throw new SupersededError(`Job ${id} was taken by another worker`);
  const from = found.status as JobStatus;
  if (!mayGo(from, to)) throw new ForbiddenTransitionError(from, to);
  const row = await transaction
    .updateTable('jobs')
    .set({ ...change, status: to, ...(isEnded(to) ? { ended_at: databaseNow, lease_until: null } : {}) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const changed = toJobRecord(row);
  for (const listener of listeners) await listener(transaction, changed, from, to);
  return changed;
}
