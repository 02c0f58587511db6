import { JobFailure, JobWorker, Reconciler, type JobRunnerClass, type JobStore, type Working } from '@lantern/jobs';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import type { NamedWork } from './service-work.js';

export interface WorkersConfig {
  readonly jobs: JobStore;
  readonly runners: readonly JobRunnerClass[];
  readonly background: readonly NamedWork[];
  /** Finds what Nest made of a class. */
  readonly made: <T>(type: abstract new (...parameters: never[]) => T) => T;
  readonly log: Logger;
  /** Milliseconds until what could not start is tried again. @default 5_000 */
  readonly retryMs?: number;
}

/** Whether a process that is limited to `queues` works on this one: a queue's name, or what it begins with before a dot. */
export const worksOn = ({ queues }: Pick<Config, 'queues'>, queue: string): boolean =>
  queues === undefined || queues.some((name) => queue === name || queue.startsWith(`${name}.`));

/** All that a process of the role `worker` does beside answering. */
export class Workers {
  private readonly working: Promise<Working | undefined>[];
  private readonly closing = new AbortController();

  /** Starts in the background; what cannot start is tried again. */
  constructor(private readonly config: WorkersConfig) {
    const { jobs, runners, background, made, log } = config;
    const worker = new JobWorker({
      store: jobs,
      onError: (err, record) => {
        const job = { job: record?.id, definition: record?.definition };
        // What is the customer's to mend is told in the record.
        if (err instanceof JobFailure) log.info({ ...job, failure: err.message }, 'a job failed');
        else log.error({ ...job, err }, 'trouble with a job');
      },
    });
    const reconciler = new Reconciler(jobs, (err) => log.warn({ err }, 'jobs could not be looked after'));
    const starts: (() => Promise<Working>)[] = [
      ...runners.map((type) => () => worker.start(type.job, made(type))),
      ...background.map(
        ({ type }) =>
          () =>
            made(type).start(),
      ),
      // Last: a ring that was lost is one that nobody came for although somebody was there.
      () => Promise.resolve(reconciler.start()),
    ];
    this.working = starts.map((start) => this.keepTrying(start));
  }

  /** Resolves when all is at work. */
  async ready(): Promise<void> {
    await Promise.all(this.working);
  }

  /** @param graceMs milliseconds that what runs has to end; then it is cut off, and goes to another worker */
  async close(graceMs: number): Promise<void> {
    this.closing.abort();
    await Promise.all(this.working.map(async (working) => (await working)?.close(graceMs)));
  }

  private async keepTrying(start: () => Promise<Working>): Promise<Working | undefined> {
    const { signal } = this.closing;
    const { log, retryMs = 5_000 } = this.config;
    while (!signal.aborted) {
      try {
        return await start();
      } catch (err) {
        log.error({ err }, 'a worker could not start');
        await pause(retryMs, signal);
      }
    }
    return undefined;
  }
}

/** Waits, but not after the signal. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
