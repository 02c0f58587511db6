import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineJob, ImmediateJobStore, JobFailure, JobWorker, PostgresWorkQueue } from '../index.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: Database;
let queue: PostgresWorkQueue;
beforeAll(async () => {
  folder = await temporaryFolder('immediate-jobs');
  database = await openDatabase({ dataDir: folder.path });
  queue = new PostgresWorkQueue({ database });
});
afterAll(async () => {
  await queue.close();
  await database.close();
  await folder.remove();
});

it('answers a start when the job has ended, however it ends, and gives the record as it began', async () => {
  const store = new ImmediateJobStore(database, queue);
  const scope = { account: '111122223333', region: 'us-east-1' };
  const job = defineJob<string, string>({
    name: `test.${randomUUID()}`,
    concurrency: 2,
    attempts: 2,
    backoffMs: 1,
    timeoutMs: 60_000,
  });
  let nRuns = 0;
  const worker = new JobWorker({ store, onError: () => undefined });
  const working = await worker.start(job, {
    run: ({ record: { request } }) => {
      nRuns++;
      if (request === 'refused') return Promise.reject(new JobFailure('refused'));
      // What is no sentence for the user is tried again.
      if (request === 'shaky' && nRuns % 2 === 1) return Promise.reject(new Error('shaky'));
      return Promise.resolve(`did ${request}`);
    },
  });
  const endOf = async (request: string) => {
    nRuns = 0;
    const started = await store.start(job, { ...scope, request });
    expect(started.status).toBe('QUEUED');
    const { status, outcome, failure } = (await store.find(job, scope, started.id)) ?? {};
    return { status, outcome, failure, nRuns };
  };
  expect(await endOf('work')).toEqual({ status: 'COMPLETED', outcome: 'did work', failure: undefined, nRuns: 1 });
  expect(await endOf('shaky')).toEqual({ status: 'COMPLETED', outcome: 'did shaky', failure: undefined, nRuns: 2 });
  expect(await endOf('refused')).toEqual({ status: 'FAILED', outcome: undefined, failure: 'refused', nRuns: 1 });
  await working.close();
});
