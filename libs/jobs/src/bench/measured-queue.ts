import { randomUUID } from 'node:crypto';
import type { Database } from '@lantern/store';
import type { JobsOptions } from 'bullmq';
import { sql } from 'kysely';
import { defineJob, JobStore, JobWorker, type TransitionListener, type WorkQueue } from '../index.js';

/** Work that tells when it begins and ends. */
export interface MeasuredQueue {
  /** Starts one piece of work. */
  start(index: number): Promise<void>;
  /** Called when a piece of work begins. */
  onBegin: (index: number) => void;
  /** Resolves once so many pieces of work have ended since it was opened. */
  ended(n: number): Promise<void>;
  close(): Promise<void>;
}

/** Pieces of work that are done at once, ours and the peer's. */
export const concurrency = 8;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Where there are no rules, nobody is told. */
const withoutRules = sql<boolean>`not exists (
  select from lantern.event_rules as rules where rules.account = jobs.account and rules.region = jobs.region)`;

/** Who is told of each state, as a service's jobs have it. */
const lookForRules: TransitionListener = async (transaction, { account, region }) => {
  const rules = sql`select pattern, targets from lantern.event_rules where account = ${account} and region = ${region}`;
  await rules.execute(transaction);
};

/**
 * Our jobs: a record with its states, and the queue behind it.
 * @param announced whether each state is told in its transaction
 */
export async function openJobs(database: Database, queue: WorkQueue, announced: boolean): Promise<MeasuredQueue> {
  const store = new JobStore(database, queue);
  const job = defineJob<number, void>({
    name: `bench.${randomUUID()}`,
    concurrency,
    attempts: 3,
    backoffMs: 100,
    timeoutMs: 60_000,
  });
  if (announced) store.onTransition([job], lookForRules, withoutRules);
  const worker = new JobWorker({
    store,
    onError: (error) => {
      throw error;
    },
  });
  const measured: MeasuredQueue = {
    start: async (request) => {
      await store.start(job, { account: '000000000000', region: 'us-east-1', request });
    },
    onBegin: () => undefined,
    ended: async (n) => {
      const nEnded = database.kysely
        .selectFrom('jobs')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('definition', '=', job.name)
        .where('status', '=', 'COMPLETED');
      while ((await nEnded.executeTakeFirstOrThrow()).n < n) await pause(20);
    },
    close: () => working.close(),
  };
  const working = await worker.start(job, { run: ({ record }) => Promise.resolve(measured.onBegin(record.request)) });
  return measured;
}

/** What is needed of BullMQ's queue and worker, whose types depend on the back end. */
interface BareQueue {
  add(name: string, data: { index: number }, options: JobsOptions): Promise<unknown>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}
interface BareWorker {
  on(event: 'completed', listener: () => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** BullMQ alone on the same back end, as its documentation says to use it. */
export async function openBare(make: {
  queue(name: string): BareQueue;
  worker(name: string, processor: (job: { data: { index: number } }) => Promise<void>): BareWorker;
}): Promise<MeasuredQueue> {
  const name = `bare-${randomUUID()}`;
  const options: JobsOptions = { attempts: 3, backoff: { type: 'exponential', delay: 100 }, removeOnComplete: true };
  const queue = make.queue(name);
  let nEnded = 0;
  const measured: MeasuredQueue = {
    start: async (index) => {
      await queue.add('work', { index }, options);
    },
    onBegin: () => undefined,
    ended: async (n) => {
      while (nEnded < n) await pause(20);
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
  const worker = make.worker(name, ({ data }) => Promise.resolve(measured.onBegin(data.index)));
  worker.on('completed', () => nEnded++);
  await worker.waitUntilReady();
  await queue.waitUntilReady();
  return measured;
}
