import type { QueueRun, Working } from '../queue/work-queue.js';
import type { JobDefinition } from '../records/job-definition.js';
import type { JobRecord } from '../records/job-record.js';
import type { JobStore } from '../records/job-store.js';
import { RingLater } from '../queue/work-queue.js';
import { AttemptLedger, type AttemptResult } from './attempt-ledger.js';
import { claimJob } from './claim.js';
import type { JobRunner } from './job-runner.js';
import { JobCutOff, type CutOff } from './job-cut-off.js';
import { Leases, type HeldJob } from './leases.js';
import { ProgressWriter } from './progress-writer.js';

/** Milliseconds that a runner may take to heed its signal; after them its attempt is over without it. */
const heedingMs: Readonly<Record<CutOff, number>> = {
  // It may write what it has.
  stop: 60_000,
  timeout: 5_000,
  superseded: 5_000,
  closing: 100,
};

export interface JobWorkerConfig {
  readonly store: JobStore;
  /** Told of errors of runners (with the record) and of connections. */
  readonly onError: (error: Error, record?: JobRecord) => void;
}

/** Runs the jobs of any number of definitions in this process. */
export class JobWorker {
  private readonly leases: Leases;

  constructor(private readonly config: JobWorkerConfig) {
    this.leases = new Leases(config.store.database, config.onError);
  }

  /** Begins to run the jobs of one definition. */
  start<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    runner: JobRunner<Request, Outcome>,
  ): Promise<Working> {
    return this.config.store.queue.work(definition.name, (id, run) => this.handle(definition, runner, id, run), {
      concurrency: definition.concurrency,
      // A record counts its own failures; these are for a database that is away.
      attempts: 10,
      backoffMs: 1_000,
    });
  }

  private async handle<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    runner: JobRunner<Request, Outcome>,
    id: string,
    { signal }: QueueRun,
  ): Promise<void> {
    if (signal.aborted) throw new RingLater(0);
    const claim = await claimJob(this.config.store, definition, id);
    if (claim.kind === 'over') return;
    if (claim.kind === 'held') throw new RingLater(claim.delayMs);
    const { record } = claim;
    const result = await this.attempt(definition, runner, record, signal);
    if ('error' in result && result.cutOff === undefined) this.report(result.error, record);
    await new AttemptLedger(this.config.store, definition, record).settle(result);
  }

  private async attempt<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    runner: JobRunner<Request, Outcome>,
    record: JobRecord<Request, Outcome>,
    closing: AbortSignal,
  ): Promise<AttemptResult<Outcome>> {
    const { database } = this.config.store;
    const cut = new Cut(record);
    const progress = new ProgressWriter(database, record, this.config.onError);
    const timeout = setTimeout(() => cut.cutOff('timeout'), definition.timeoutMs);
    const close = () => cut.cutOff('closing');
    closing.addEventListener('abort', close, { once: true });
    this.leases.hold(cut);
    try {
      const report = (percent: number, message?: string) => progress.report(percent, message);
      const run = runner.run({ record, signal: cut.signal, progress: report });
      return { outcome: await Promise.race([run, cut.unheeded]) };
    } catch (error) {
      return { error, cutOff: cut.why };
    } finally {
      clearTimeout(timeout);
      closing.removeEventListener('abort', close);
      this.leases.letGo(cut);
      cut.end();
      await progress.close();
    }
  }

  private report(error: unknown, record: JobRecord): void {
    this.config.onError(error instanceof Error ? error : new Error(String(error)), record);
  }
}

/** Cuts off one run, for the first reason that comes. */
class Cut implements HeldJob {
  readonly id: string;
  readonly attempt: number;
  /** Rejects if the runner does not heed its signal. */
  readonly unheeded: Promise<never>;
  why: CutOff | undefined;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor({ id, attempt }: JobRecord) {
    this.id = id;
    this.attempt = attempt;
    this.unheeded = new Promise((_resolve, reject) => (this.reject = reject));
    // Nobody may be waiting any more when it rejects.
    this.unheeded.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  cutOff(why: CutOff): void {
    if (this.why) return;
    this.why = why;
    this.timer = setTimeout(() => this.reject(new Error('The runner did not heed its signal')), heedingMs[why]);
    this.controller.abort(new JobCutOff(why));
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
