import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { openDatabase, InvalidPageTokenError, type Database } from '@lantern/store';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ClientTokenConflictError,
  defineJob,
  JobFailure,
  JobNotFoundError,
  JobStore,
  JobWorker,
  PostgresWorkQueue,
  Reconciler,
  type JobRun,
  type JobRunner,
  type Working,
} from '../index.js';

const scope = { account: '111122223333', region: 'us-east-1' };
type Request = { readonly text: string };

describe('jobs', () => {
  let folder: string;
  let database: Database;
  let queue: PostgresWorkQueue;
  let store: JobStore;
  const atWork: Working[] = [];
  const errors: string[] = [];

  /** A kind of job of its own for each test, with the worker that runs it. */
  const kind = async (
    run: JobRunner<Request, unknown>['run'],
    options: { attempts?: number; timeoutMs?: number } = {},
  ) => {
    const job = defineJob<Request, unknown>({
      name: `test.${randomUUID()}`,
      concurrency: 4,
      attempts: options.attempts ?? 3,
      backoffMs: 20,
      timeoutMs: options.timeoutMs ?? 60_000,
    });
    const worker = new JobWorker({ store, onError: (error) => errors.push(error.message) });
    const working = await worker.start(job, { run });
    atWork.push(working);
    const start = (text: string, more: { clientToken?: string; name?: string; account?: string } = {}) =>
      store.start(job, { ...scope, ...more, request: { text } });
    const ended = (id: string) =>
      vi.waitFor(
        async () => {
          const record = await store.find(job, scope, id);
          expect(record?.endedAt).toBeInstanceOf(Date);
          return record;
        },
        { timeout: 10_000, interval: 10 },
      );
    return { job, start, ended, working, worker };
  };
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-jobs-'));
    database = await openDatabase({ dataDir: join(folder, 'data') });
    queue = new PostgresWorkQueue({ database, onError: (error) => errors.push(error.message) });
    store = new JobStore(database, queue);
  });
  afterEach(async () => {
    for (const working of atWork.splice(0)) await working.close(1_000);
    errors.length = 0;
  });
  afterAll(async () => {
    await queue.close();
    await database.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it('run from QUEUED to COMPLETED, with their outcome', async () => {
    const { start, ended } = await kind(({ record }) => Promise.resolve({ length: record.request.text.length }));
    const { id, status, submittedAt } = await start('hello');
    expect(status).toBe('QUEUED');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const record = await ended(id);
    expect(record).toMatchObject({
      status: 'COMPLETED',
      outcome: { length: 5 },
      attempt: 1,
      progress: { percent: 100 },
    });
    expect(record?.startedAt?.getTime()).toBeGreaterThanOrEqual(submittedAt.getTime());
  });

  it('are tried again after an error, and fail with a sentence that hides it', async () => {
    const attempts: number[] = [];
    const { start, ended } = await kind(({ record }) => {
      attempts.push(record.attempt);
      return Promise.reject(new Error('secret detail'));
    });
    const record = await ended((await start('x')).id);
    expect(record).toMatchObject({ status: 'FAILED', failure: 'The job failed because of an internal error.' });
    expect(attempts).toEqual([1, 2, 3]);
    expect(errors).toEqual(['secret detail', 'secret detail', 'secret detail']);
  });

  it('that fail for a reason of the user are not tried again, and say why', async () => {
    const run = vi.fn(() => Promise.reject(new JobFailure('The bucket is empty.')));
    const { start, ended } = await kind(run);
    expect(await ended((await start('x')).id)).toMatchObject({ status: 'FAILED', failure: 'The bucket is empty.' });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('stop when they are told while they run', async () => {
    const { job, start, ended } = await kind(({ signal }) => untilAborted(signal));
    const { id } = await start('x');
    await vi.waitFor(async () => expect((await store.find(job, scope, id))?.status).toBe('IN_PROGRESS'));
    expect((await store.requestStop(job, scope, id)).status).toBe('STOP_REQUESTED');
    expect(await ended(id)).toMatchObject({ status: 'STOPPED', outcome: undefined, failure: undefined });
    expect(errors).toEqual([]);
  });

  it('that complete before they hear of the stop are COMPLETED', async () => {
    let finish: (outcome: string) => void = () => undefined;
    const { job, start, ended } = await kind(() => new Promise((resolve) => (finish = resolve)));
    const { id } = await start('x');
    await vi.waitFor(async () => expect((await store.find(job, scope, id))?.status).toBe('IN_PROGRESS'));
    await store.requestStop(job, scope, id);
    finish('done');
    expect(await ended(id)).toMatchObject({ status: 'COMPLETED', outcome: 'done' });
  });

  it('that were never begun stop at once, and do not run afterwards', async () => {
    const run = vi.fn(() => Promise.resolve());
    const { job, working } = await kind(run);
    await working.close();
    const { id } = await store.start(job, { ...scope, request: { text: 'x' } });
    expect((await store.requestStop(job, scope, id)).status).toBe('STOPPED');
    const again = await new JobWorker({ store, onError: (error) => errors.push(error.message) }).start(job, { run });
    atWork.push(again);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(run).not.toHaveBeenCalled();
    expect((await store.requestStop(job, scope, id)).status).toBe('STOPPED');
  });

  it('take no longer than they may', async () => {
    const { start, ended } = await kind(({ signal }) => untilAborted(signal), { timeoutMs: 50 });
    expect(await ended((await start('x')).id)).toMatchObject({ status: 'FAILED', failure: 'The job took too long.' });
  });

  it('show their progress, which never goes back', async () => {
    const { job, start } = await kind(async ({ progress, signal }: JobRun<Request>) => {
      progress(40, 'reading');
      progress(10);
      progress(Number.NaN);
      return untilAborted(signal);
    });
    const { id } = await start('x');
    await vi.waitFor(
      async () => expect((await store.find(job, scope, id))?.progress).toEqual({ percent: 40, message: undefined }),
      { timeout: 3_000 },
    );
  });

  it('are the same job for the same client token and request, in one account', async () => {
    const { start, job } = await kind(() => Promise.resolve());
    const clientToken = randomUUID();
    const together = await Promise.all([1, 2, 3, 4].map(() => start('same', { clientToken })));
    expect(new Set(together.map(({ id }) => id)).size).toBe(1);
    await expect(start('other', { clientToken })).rejects.toBeInstanceOf(ClientTokenConflictError);
    const stranger = await start('other', { clientToken, account: '444455556666' });
    expect(stranger.id).not.toBe(together[0]?.id);
    expect(await store.find(job, scope, stranger.id)).toBeUndefined();
    await expect(store.requestStop(job, scope, stranger.id)).rejects.toBeInstanceOf(JobNotFoundError);
  });

  it('are listed newest first, filtered and in pages', async () => {
    const { start, ended, job } = await kind(() => Promise.resolve());
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      ids.unshift((await start(`${index}`, { name: index % 2 ? 'odd' : 'even' })).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const id of ids) await ended(id);
    const first = await store.list(job, scope, { size: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await store.list(job, scope, { size: 3, token: first.nextToken });
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.nextToken).toBeUndefined();
    const odd = await store.list(job, { ...scope, name: 'odd' }, { size: 10 });
    expect(odd.items.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
    const middle = first.items[1]?.submittedAt ?? new Date(0);
    const older = await store.list(job, { ...scope, submittedBefore: middle }, { size: 10 });
    expect(older.items.map(({ id }) => id)).toEqual(ids.slice(2));
    const oldest = await store.list(job, { ...scope, oldestFirst: true }, { size: 2 });
    const onwards = await store.list(job, { ...scope, oldestFirst: true }, { size: 9, token: oldest.nextToken });
    expect([...oldest.items, ...onwards.items].map(({ id }) => id)).toEqual([...ids].reverse());
    const newer = await store.list(job, { ...scope, submittedAfter: middle }, { size: 10 });
    expect(newer.items.map(({ id }) => id)).toEqual(ids.slice(0, 1));
    expect((await store.list(job, { ...scope, states: ['QUEUED'] }, { size: 10 })).items).toEqual([]);
    expect((await store.list(job, { ...scope, states: ['COMPLETED', 'FAILED'] }, { size: 10 })).items.length).toBe(5);
    expect((await store.list(job, { ...scope, states: [] }, { size: 10 })).items).toEqual([]);
    expect((await store.list(job, { ...scope, account: '444455556666' }, { size: 10 })).items).toEqual([]);
    const foreign = store.list(job, { ...scope, name: 'odd' }, { size: 2, token: first.nextToken });
    await expect(foreign).rejects.toBeInstanceOf(InvalidPageTokenError);
  });

  it('are rung for again when their queue entry was lost', async () => {
    const run = vi.fn(() => Promise.resolve('found'));
    const { job, start, ended, working } = await kind(run);
    await working.close();
    const { id } = await start('x');
    await sql`delete from lantern_queue.job where id = ${id}`.execute(database.kysely);
    await sql`update lantern.jobs set ring_at = now() where id = ${id}`.execute(database.kysely);
    const reconciler = new Reconciler(store, (error) => errors.push(error.message));
    expect(await reconciler.ring()).toBe(1);
    expect(await reconciler.ring()).toBe(0);
    atWork.push(await new JobWorker({ store, onError: (error) => errors.push(error.message) }).start(job, { run }));
    expect(await ended(id)).toMatchObject({ status: 'COMPLETED', outcome: 'found' });
  });

  it('end once although two workers run them: the one that lost the job is not heard', async () => {
    const finish: ((outcome: string) => void)[] = [];
    const { start, ended, job } = await kind(() => new Promise((resolve) => finish.push(resolve)));
    const { id } = await start('x');
    await vi.waitFor(() => expect(finish.length).toBe(1));
    // As if the first worker had slept past its lease.
    await sql`update lantern.jobs set lease_until = now() - interval '1 second' where id = ${id}`.execute(
      database.kysely,
    );
    await sql`delete from lantern_queue.job where id = ${id}`.execute(database.kysely);
    await queue.add({ queue: job.name, id });
    await vi.waitFor(() => expect(finish.length).toBe(2));
    finish[0]?.('first');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await store.find(job, scope, id)).toMatchObject({ status: 'IN_PROGRESS', attempt: 2 });
    finish[1]?.('second');
    expect(await ended(id)).toMatchObject({ status: 'COMPLETED', outcome: 'second', attempt: 2 });
  });

  it('go to the next worker when theirs closes', async () => {
    const began: number[] = [];
    const { job, start, ended, working } = await kind(({ signal, record }) => {
      began.push(record.attempt);
      return untilAborted(signal);
    });
    const { id } = await start('x');
    await vi.waitFor(() => expect(began).toEqual([1]));
    await working.close(10);
    const next = new JobWorker({ store, onError: (error) => errors.push(error.message) });
    atWork.push(await next.start(job, { run: () => Promise.resolve('by the next') }));
    expect(await ended(id)).toMatchObject({ status: 'COMPLETED', outcome: 'by the next', attempt: 2 });
  });
});
