import type { Tables } from '@lantern/store';
import { sql, type Kysely, type RawBuilder, type Transaction, type Updateable } from 'kysely';
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

/** Where a status is changed. */
export interface ChangeScope {
  /** A transaction, or a connection whose every statement is one. */
  readonly executor: Kysely<Tables>;
  /** Calls the listeners, who write in the same transaction; where there are none, any executor will do. */
  readonly tell: (record: JobRecord, from: JobStatus | undefined, to: JobStatus) => Promise<void>;
  /** True of rows that nobody need be told of; where it is given, nothing else may change. */
  readonly unheard?: RawBuilder<boolean>;
}

/** Nothing was changed in a scope for what nobody is told of. */
export class HeardError extends Error {
  override readonly name = 'HeardError';
}

/** A scope of more than one statement. */
export interface OpenChangeScope extends ChangeScope {
  readonly executor: Transaction<Tables>;
}

/** The time now by the database's clock, in the milliseconds in which it is given out. */
export const databaseNow = sql<Date>`date_trunc('milliseconds', now())`;

type Columns = Omit<Updateable<Tables['jobs']>, 'status'>;

/** What changes with a status: values, or expressions of them. */
export type StatusChange = { readonly [Name in keyof Columns]: Columns[Name] | RawBuilder<NonNullable<Columns[Name]>> };

/** Whether a change is on the disk when it is told, or may be forgotten by a server that crashes in the next second. */
export type Durability = 'durable' | 'forgettable';

/** Evaluated in a statement: its transaction commits without waiting for the disk. */
const commitAtOnce = sql<string>`set_config('synchronous_commit', 'off', true)`;

/**
 * Changes a job's status; nothing else does. One statement locks the job, checks the arrow and changes it.
 * @param record as it was read: if another worker took the job since, nothing changes
 * @param change what changes with the status
 * @throws SupersededError, ForbiddenTransitionError, JobNotFoundError; HeardError in a scope of what is unheard
 */
export async function transition(
  { executor, tell, unheard }: ChangeScope,
  { id, attempt }: Pick<JobRecord, 'id' | 'attempt'>,
  to: JobStatus,
  change: StatusChange,
  durability: Durability = 'durable',
): Promise<JobRecord> {
  const row = await executor
    .with('before', (query) =>
      query
        .selectFrom('jobs')
        .select(['id', 'status', 'attempt'])
        .$if(durability === 'forgettable', (before) => before.select(commitAtOnce.as('commit_at_once')))
        .where('id', '=', id)
        .forUpdate(),
    )
    .updateTable('jobs')
    .from('before')
    .set({ ...change, status: to, ...(isEnded(to) ? { ended_at: databaseNow, lease_until: null } : {}) })
    .whereRef('jobs.id', '=', 'before.id')
    .where('before.attempt', '=', attempt)
    .where('before.status', 'in', sourcesOf(to))
    .$if(unheard !== undefined, (update) => update.where(unheard ?? sql<boolean>`true`))
    .returningAll('jobs')
    .returning('before.status as from')
    .executeTakeFirst();
  if (!row) throw unheard ? new HeardError() : await refusal(executor, id, attempt, to);
  const record = toJobRecord(row);
  await tell(record, row.from as JobStatus, to);
  return record;
}

/** Why nothing changed. */
async function refusal(executor: Kysely<Tables>, id: string, attempt: number, to: JobStatus): Promise<Error> {
  const found = await executor.selectFrom('jobs').select(['status', 'attempt']).where('id', '=', id).executeTakeFirst();
  if (!found) return new JobNotFoundError(`There is no job ${id}`);
  if (found.attempt !== attempt) return new SupersededError(`Job ${id} was taken by another worker`);
  return new ForbiddenTransitionError(found.status as JobStatus, to);
}
