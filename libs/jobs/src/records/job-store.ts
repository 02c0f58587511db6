import type { Page } from '@lantern/aws-protocol';
import type { Database, Tables } from '@lantern/store';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { WorkQueue } from '../queue/work-queue.js';
import { insertJob, newJobId, startDigest } from './insert-job.js';
import type { JobDefinition } from './job-definition.js';
import { ClientTokenConflictError, JobNotFoundError } from './job-errors.js';
import { listJobs, type JobFilter, type JobPageRequest } from './job-list.js';
import { toJobRecord, type JobRecord } from './job-record.js';
import { endedStates, isEnded, JobStatus } from './job-states.js';
import {
  HeardError,
  transition,
  type ChangeScope,
  type OpenChangeScope,
  type TransitionListener,
} from './transition.js';

/** Who asks. */
export interface JobScope {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

export interface JobStart<Request> extends JobScope {
  readonly request: Request;
  readonly name?: string | undefined;
  /** The same token with the same request is the same job. */
  readonly clientToken?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A listener, and the rows that it need not hear of. */
interface Hearing {
  readonly listener: TransitionListener;
  readonly unheard: RawBuilder<boolean> | undefined;
}

/** The records of jobs. A job is a record first: what `start` returned is in the database, and its ring with it. */
export class JobStore {
  private readonly listeners = new Map<string, Hearing[]>();

  constructor(
    readonly database: Database,
    readonly queue: WorkQueue,
  ) {}

  /**
   * Has `listener` called inside the transaction of each transition of these definitions' jobs in this process.
   * @param unheard true of a row of `jobs` for which the listener would do nothing: its transitions are then one statement
   *   each, and the listener is not called
   */
  onTransition(
    definitions: Iterable<Pick<JobDefinition, 'name'>>,
    listener: TransitionListener,
    unheard?: RawBuilder<boolean>,
  ): void {
    for (const { name } of definitions)
      this.listeners.set(name, [...(this.listeners.get(name) ?? []), { listener, unheard }]);
  }

  /** Runs one statement that changes a job's status: in a transaction if listeners write with it. */
  async changing<T>(definition: Pick<JobDefinition, 'name'>, work: (scope: ChangeScope) => Promise<T>): Promise<T> {
    const unheard = this.unheardBy(this.listeners.get(definition.name) ?? []);
    if (unheard === 'nobody') return this.changingMore(definition, work);
    try {
      const scope = { executor: this.database.kysely, tell: () => Promise.resolve() };
      return await work(unheard === 'all' ? scope : { ...scope, unheard });
    } catch (error) {
      // Either somebody is to be told, or the transaction finds out what else is in the way.
      if (error instanceof HeardError) return this.changingMore(definition, work);
      throw error;
    }
  }

  /** Runs several statements that belong together, one of which may change a job's status. */
  changingMore<T>({ name }: Pick<JobDefinition, 'name'>, work: (scope: OpenChangeScope) => Promise<T>): Promise<T> {
    const listeners = this.listeners.get(name) ?? [];
    return this.database.kysely.transaction().execute((executor) => {
      const tell: ChangeScope['tell'] = async (record, from, to) => {
        for (const { listener } of listeners) await listener(executor, record, from, to);
      };
      return work({ executor, tell });
    });
  }

  /**
   * Starts a job: its record, what listeners write and its queue entry are one transaction.
   * @returns the job of the client token, if there is one already
   * @throws ClientTokenConflictError if the token stands for another request
   */
  async start<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    start: JobStart<Request>,
  ): Promise<JobRecord<Request, Outcome>> {
    const id = newJobId();
    const ring = await this.queue.asExpression({ queue: definition.name, id });
    const started = await this.changing(definition, async (scope) => {
      const row = { id, definition: definition.name, start, ring: ring.expression };
      const inserted = await insertJob(scope, row);
      if (!inserted && scope.unheard) throw new HeardError();
      if (!inserted) return { record: await this.findByToken(scope.executor, definition, start) };
      const record = toJobRecord<Request, Outcome>(inserted);
      await scope.tell(record, undefined, record.status);
      return { record, rung: inserted.rung };
    });
    if ('rung' in started) ring.committed(started.rung);
    return started.record;
  }

  /** A job of this account and region, or undefined. */
  async find<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    scope: JobScope,
    id: string,
  ): Promise<JobRecord<Request, Outcome> | undefined> {
    const row = await this.select(this.database.kysely, definition, scope).where('id', '=', id).executeTakeFirst();
    return row && toJobRecord<Request, Outcome>(row);
  }

  /**
   * A page of jobs, the newest first.
   * @throws InvalidPageTokenError for a token of another list
   */
  list<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    filter: JobFilter,
    page: JobPageRequest,
  ): Promise<Page<JobRecord<Request, Outcome>>> {
    return listJobs(this.database, definition, filter, page);
  }

  /**
   * Asks a job to stop. One that no worker holds stops at once, one that runs soon; one that has ended stays as it is.
   * @throws JobNotFoundError
   */
  async requestStop<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    scope: JobScope,
    id: string,
  ): Promise<JobRecord<Request, Outcome>> {
    return this.changingMore(definition, async (change) => {
      const row = await this.select(change.executor, definition, scope)
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw new JobNotFoundError(`There is no job ${id}`);
      let record = toJobRecord<Request, Outcome>(row);
      const go = async (to: JobStatus) => {
        // Of the same row, so of the same types.
        record = (await transition(change, record, to, {})) as JobRecord<Request, Outcome>;
      };
      if (isEnded(record.status) || record.status === JobStatus.STOP_REQUESTED) return record;
      if (record.status === JobStatus.IN_PROGRESS) await go(JobStatus.STOP_REQUESTED);
      if (row.lease_until === null) await go(JobStatus.STOPPED);
      return record;
    });
  }

  /**
   * Changes the tags of a job, whatever its state.
   * @param change is given the tags as they are; what it throws is passed on, and nothing changes
   * @throws JobNotFoundError
   */
  async changeTags<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    scope: JobScope,
    id: string,
    change: (tags: JobRecord['tags']) => JobRecord['tags'],
  ): Promise<void> {
    await this.database.kysely.transaction().execute(async (transaction) => {
      const row = await this.select(transaction, definition, scope).where('id', '=', id).forUpdate().executeTakeFirst();
      if (!row) throw new JobNotFoundError(`There is no job ${id}`);
      const tags = JSON.stringify(change(toJobRecord(row).tags));
      await transaction.updateTable('jobs').set({ tags }).where('id', '=', id).execute();
    });
  }

  /** Resolves once no job is left, in any account, that has not ended. For tests. */
  async allEnded(): Promise<void> {
    const left = this.database.kysely.selectFrom('jobs').select('id').where('status', 'not in', endedStates).limit(1);
    while (await left.executeTakeFirst()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  private async findByToken<Request, Outcome>(
    executor: Kysely<Tables>,
    definition: JobDefinition<Request, Outcome>,
    start: JobStart<Request>,
  ): Promise<JobRecord<Request, Outcome>> {
    const row = await this.select(executor, definition, start)
      .where('client_token', '=', start.clientToken ?? '')
      .executeTakeFirstOrThrow();
    if (!row.request_digest.equals(startDigest(start)))
      throw new ClientTokenConflictError('The client token was used with another request');
    return toJobRecord<Request, Outcome>(row);
  }

  /** For which rows no listener would do anything: for all, where there are none. */
  private unheardBy(listeners: readonly Hearing[]): RawBuilder<boolean> | 'all' | 'nobody' {
    const conditions = listeners.map(({ unheard }) => unheard);
    if (conditions.length === 0) return 'all';
    const all = conditions.filter((condition) => condition !== undefined);
    return all.length < conditions.length ? 'nobody' : sql<boolean>`(${sql.join(all, sql` and `)})`;
  }

  private select(
    executor: Pick<Transaction<Tables>, 'selectFrom'>,
    definition: JobDefinition,
    { account, region }: JobScope,
  ) {
    return executor
      .selectFrom('jobs')
      .selectAll()
      .where((is) => is.and({ account, region, definition: definition.name }));
  }
}
