import type { Tables } from '@lantern/store';
import { sql, type RawBuilder, type Transaction, type Updateable } from 'kysely';
import { ForbiddenTransitionError, JobNotFoundError, SupersededError } from './job-errors.js';
import { toJobRecord, type JobRecord } from './job-record.js';
import { isEnded, sourcesOf, type JobStatus } from './job-states.js';

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
 * Changes a job's status; nothing else does. One statement locks the job, checks the arrow and changes it.
 * @param record as it was read: if another worker took the job since, nothing changes
 * @param change what changes with the status
 * @throws SupersededError, ForbiddenTransitionError, JobNotFoundError
 */
export async function transition(
  transaction: Transaction<Tables>,
  { id, attempt }: Pick<JobRecord, 'id' | 'attempt'>,
  to: JobStatus,
  change: StatusChange,
  listeners: Iterable<TransitionListener>,
): Promise<JobRecord> {
  const row = await transaction
    .with('before', (query) =>
      query.selectFrom('jobs').select(['id', 'status', 'attempt']).where('id', '=', id).forUpdate(),
    )
    .updateTable('jobs')
    .from('before')
    .set({ ...change, status: to, ...(isEnded(to) ? { ended_at: databaseNow, lease_until: null } : {}) })
    .whereRef('jobs.id', '=', 'before.id')
    .where('before.attempt', '=', attempt)
    .where('before.status', 'in', sourcesOf(to))
    .returningAll('jobs')
    .returning('before.status as from')
    .executeTakeFirst();
  if (!row) throw await refusal(transaction, id, attempt, to);
  const record = toJobRecord(row);
  for (const listener of listeners) await listener(transaction, record, row.from as JobStatus, to);
  return record;
}

/** Why nothing changed. */
async function refusal(transaction: Transaction<Tables>, id: string, attempt: number, to: JobStatus): Promise<Error> {
  const found = await transaction
    .selectFrom('jobs')
    .select(['status', 'attempt'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!found) return new JobNotFoundError(`There is no job ${id}`);
  if (found.attempt !== attempt) return new SupersededError(`Job ${id} was taken by another worker`);
  return new ForbiddenTransitionError(found.status as JobStatus, to);
}
