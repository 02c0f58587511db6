import type { Tables } from '@lantern/store';
import { sql, type Kysely, type Transaction } from 'kysely';
import { RingLater } from '../queue/work-queue.js';
import type { JobDefinition } from '../records/job-definition.js';
import { JobFailure, SupersededError } from '../records/job-errors.js';
import type { JobRecord } from '../records/job-record.js';
import { JobStatus } from '../records/job-states.js';
import type { JobStore } from '../records/job-store.js';
import { transition, type ChangeScope, type StatusChange } from '../records/transition.js';
import { secondsFromNow } from './claim.js';
import type { CutOff } from './job-cut-off.js';

/** How an attempt went. */
export type AttemptResult<Outcome> =
  { readonly outcome: Outcome } | { readonly error: unknown; readonly cutOff: CutOff | undefined };

/** Longest wait between two attempts. */
const MAX_BACKOFF_MS = 3_600_000;

/** Seconds after which somebody looks whether the ring of the next attempt was lost. */
const RING_SLACK_SECONDS = 5;

/** Milliseconds between the `failures`th failed attempt and the next one. */
export const backoffMs = (definition: Pick<JobDefinition, 'backoffMs'>, failures: number): number =>
  Math.min(definition.backoffMs * 2 ** (failures - 1), MAX_BACKOFF_MS);

/** Writes down how an attempt went, unless another worker took the job since. */
export class AttemptLedger<Request, Outcome> {
  constructor(
    private readonly store: JobStore,
    private readonly definition: JobDefinition<Request, Outcome>,
    private readonly record: JobRecord<Request, Outcome>,
  ) {}

  /** @throws RingLater if the job is to be tried again */
  async settle(result: AttemptResult<Outcome>): Promise<void> {
    try {
      const delayMs = await this.write(result);
      if (delayMs !== undefined) throw new RingLater(delayMs);
    } catch (error) {
      // Another worker has the job: it says how it ends.
      if (!(error instanceof SupersededError)) throw error;
    }
  }

  /** @returns milliseconds until the next attempt, or undefined if there is none */
  private async write(result: AttemptResult<Outcome>): Promise<number | undefined> {
    if ('outcome' in result) {
      // A runner without an outcome has `undefined`, which JSON lacks.
      return this.end(JobStatus.COMPLETED, { outcome: JSON.stringify(result.outcome ?? null), progress_percent: 100 });
    }
    const { error, cutOff } = result;
    if (cutOff === 'superseded') return undefined;
    if (cutOff === 'closing') return this.giveBack();
    if (cutOff === 'stop') return this.end(JobStatus.STOPPED);
    if (cutOff === 'timeout') return this.end(JobStatus.FAILED, { failure: 'The job took too long.' });
    if (error instanceof JobFailure) return this.end(JobStatus.FAILED, { failure: error.message });
    return this.tryAgainOrFail();
  }

  private async end(to: JobStatus, change: StatusChange = {}, scope?: ChangeScope): Promise<undefined> {
    const write = (within: ChangeScope) => transition(within, this.record, to, change);
    await (scope ? write(scope) : this.store.changing(this.definition, write));
  }

  private tryAgainOrFail(): Promise<number | undefined> {
    return this.store.changingMore(this.definition, async (scope) => {
      const { status, failures } = await this.countFailure(scope.executor);
      if (status === JobStatus.STOP_REQUESTED) return this.end(JobStatus.STOPPED, {}, scope);
      if (failures < this.definition.attempts) return backoffMs(this.definition, failures);
      return this.end(JobStatus.FAILED, { failure: 'The job failed because of an internal error.' }, scope);
    });
  }

  /** Lets go of the job, for the next worker. */
  private async giveBack(): Promise<number> {
    await this.mine(this.store.database.kysely)
      .set({ lease_until: null, ring_at: secondsFromNow(RING_SLACK_SECONDS) })
      .execute();
    return 0;
  }

  /** Gives the lease back until the next attempt. */
  private async countFailure(transaction: Transaction<Tables>): Promise<{ status: string; failures: number }> {
    const seconds = backoffMs(this.definition, 1) / 1000;
    const row = await this.mine(transaction)
      .set({
        failures: sql<number>`failures + 1`,
        lease_until: null,
        ring_at: sql<Date>`now() + make_interval(secs =>
          least(${seconds}::float8 * power(2, failures), ${MAX_BACKOFF_MS / 1000}::float8) + ${RING_SLACK_SECONDS})`,
      })
      .returning(['status', 'failures'])
      .executeTakeFirst();
    if (!row) throw new SupersededError(`Job ${this.record.id} was taken by another worker`);
    return row;
  }

  private mine(executor: Kysely<Tables>) {
    return executor.updateTable('jobs').where('id', '=', this.record.id).where('attempt', '=', this.record.attempt);
  }
}
