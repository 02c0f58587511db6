import { randomUUID } from 'node:crypto';
import type { Page } from '@lantern/aws-protocol';
import type { Database, Tables } from '@lantern/store';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { WorkQueue } from '../queue/work-queue.js';
import type { JobDefinition } from './job-definition.js';
import { ClientTokenConflictError, JobNotFoundError } from './job-errors.js';
import { listJobs, type JobFilter, type JobPageRequest } from './job-list.js';
import { toJobRecord, type JobRecord } from './job-record.js';
import { endedStates, isEnded, JobStatus } from './job-states.js';
import { requestDigest } from './request-digest.js';
import {
  databaseNow,
  transition,
  type ChangeScope,
  type OpenChangeScope,
  type TransitionListener,
} from './transition.js';

/** Seconds after which somebody looks whether a ring was lost. */
const RING_AGAIN_SECONDS = 60;

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

/** The records of jobs. A job is a record first: what `start` returned is in the database, and its ring with it. */
export class JobStore {
  private readonly listeners = new Map<string, TransitionListener[]>();

  constructor(
    readonly database: Database,
    readonly queue: WorkQueue,
  ) {}

  /**
   * Has `listener` called inside the transaction of each transition of these definitions' jobs in this process. Jobs
   * without listeners cost fewer statements.
   */
  onTransition(definitions: Iterable<Pick<JobDefinition, 'name'>>, listener: TransitionListener): void {
    for (const { name } of definitions) this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  /** Runs one statement that changes a job's status: in a transaction if listeners write with it. */
  changing<T>({ name }: Pick<JobDefinition, 'name'>, work: (scope: ChangeScope) => Promise<T>): Promise<T> {
    if (this.listeners.has(name)) return this.changingMore({ name }, work);
    return work({ executor: this.database.kysely, tell: () => Promise.resolve() });
  }

  /** Runs several statements that belong together, one of which may change a job's status. */
  changingMore<T>({ name }: Pick<JobDefinition, 'name'>, work: (scope: OpenChangeScope) => Promise<T>): Promise<T> {
    const listeners = this.listeners.get(name) ?? [];
    return this.database.kysely.transaction().execute((executor) => {
      const tell: ChangeScope['tell'] = async (record, from, to) => {
        for (const listener of listeners) await listener(executor, record, from, to);
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
    const id = randomUUID().replaceAll('-', '');
    const ring = await this.queue.asExpression({ queue: definition.name, id });
    const started = await this.changing(definition, async ({ executor, tell }) => {
      const inserted = await this.insert(executor, definition, start, id, ring.expression);
      if (!inserted) return { record: await this.findByToken(executor, definition, start) };
      const record = toJobRecord<Request, Outcome>(inserted);
      await tell(record, undefined, record.status);
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

  /** Writes the record and rings for it, or does neither where there is one of its client token. */
  private insert<Request>(
    executor: Kysely<Tables>,
    definition: JobDefinition<Request>,
    { account, region, name, clientToken, request, tags = {} }: JobStart<Request>,
    id: string,
    ring: RawBuilder<unknown>,
  ) {
    const values = {
      id,
      account,
      region,
      definition: definition.name,
      name: name ?? null,
      status: JobStatus.QUEUED,
      request: JSON.stringify(request),
      tags: JSON.stringify(tags),
      client_token: clientToken ?? null,
      request_digest: requestDigest([name, request, tags]),
      ring_at: sql<Date>`now() + make_interval(secs => ${RING_AGAIN_SECONDS})`,
      submitted_at: databaseNow,
    };
    return executor
      .with('job', (query) =>
        query
          .insertInto('jobs')
          .values(values)
          .onConflict((conflict) =>
            conflict
              .columns(['account', 'region', 'definition', 'client_token'])
              .where('client_token', 'is not', null)
              .doNothing(),
          )
          .returningAll(),
      )
      .selectFrom('job')
      .selectAll()
      .select(ring.as('rung'))
      .executeTakeFirst();
  }

  private async findByToken<Request, Outcome>(
    executor: Kysely<Tables>,
    definition: JobDefinition<Request, Outcome>,
    { account, region, name, clientToken = '', request, tags = {} }: JobStart<Request>,
  ): Promise<JobRecord<Request, Outcome>> {
    const row = await this.select(executor, definition, { account, region })
      .where('client_token', '=', clientToken)
      .executeTakeFirstOrThrow();
    if (!row.request_digest.equals(requestDigest([name, request, tags])))
      throw new ClientTokenConflictError('The client token was used with another request');
    return toJobRecord<Request, Outcome>(row);
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
