import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ClientTokenConflictError,
  defineJob,
  JobStore,
  JobWorker,
  PostgresWorkQueue,
  type TransitionListener,
  type Working,
} from '../index.js';

const scope = { account: '111122223333', region: 'us-east-1' };
type Request = { readonly text: string };

describe('transitions of jobs', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: Database;
  let queue: PostgresWorkQueue;
  const atWork: Working[] = [];
  const errors: string[] = [];
  const define = () =>
    defineJob<Request, void>({
      name: `test.${randomUUID()}`,
      concurrency: 1,
      attempts: 1,
      backoffMs: 1,
      timeoutMs: 1_000,
    });

  beforeAll(async () => {
    folder = await temporaryFolder('transitions');
    database = await openDatabase({ dataDir: folder.path });
    queue = new PostgresWorkQueue({ database });
  });
  afterEach(async () => {
    for (const working of atWork.splice(0)) await working.close();
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await queue.close();
    await database.close();
    await folder.remove();
  });

  it('are told of with each transition, inside its transaction', async () => {
    const told: string[] = [];
    const own = new JobStore(database, queue);
    const job = define();
    own.onTransition([job], async (transaction, record, from, to) => {
      told.push(`${from ?? 'new'} → ${to}`);
      const { rows } = await sql<{ status: string }>`select status from lantern.jobs where id = ${record.id}`.execute(
        transaction,
      );
      expect(rows[0]?.status).toBe(to);
      if (record.name === 'refused') throw new Error('refused by the listener');
    });
    const worker = new JobWorker({ store: own, onError: (error) => errors.push(error.message) });
    atWork.push(await worker.start(job, { run: () => Promise.resolve() }));
    const { id } = await own.start(job, { ...scope, request: { text: 'x' } });
    await vi.waitFor(async () => expect((await own.find(job, scope, id))?.status).toBe('COMPLETED'));
    expect(told).toEqual(['new → QUEUED', 'QUEUED → IN_PROGRESS', 'IN_PROGRESS → COMPLETED']);
    const refused = own.start(job, { ...scope, name: 'refused', request: { text: 'x' } });
    await expect(refused).rejects.toThrow('refused by the listener');
    expect((await own.list(job, { ...scope, name: 'refused' }, { size: 1 })).items).toEqual([]);
  });

  it('are told of nobody where a listener says so of their row, and end, stop and keep their tokens all the same', async () => {
    const told: string[] = [];
    const own = new JobStore(database, queue);
    const job = define();
    const listener: TransitionListener = (_transaction, { account }, _from, to) => {
      told.push(`${account} ${to}`);
      return Promise.resolve();
    };
    own.onTransition([job], listener, sql<boolean>`jobs.account <> '444455556666'`);
    const [quiet, heard] = [scope, { ...scope, account: '444455556666' }];
    const request = { text: 'x' };
    const stopped = await own.start(job, { ...quiet, request });
    expect((await own.requestStop(job, quiet, stopped.id)).status).toBe('STOPPED');
    // A stop looks at the row first; all else is one statement.
    expect(told.splice(0)).toEqual(['111122223333 STOPPED']);
    const worker = new JobWorker({ store: own, onError: (error) => errors.push(error.message) });
    atWork.push(await worker.start(job, { run: () => Promise.resolve() }));
    for (const who of [quiet, heard]) {
      const { id } = await own.start(job, { ...who, request, clientToken: 'once' });
      expect((await own.start(job, { ...who, request, clientToken: 'once' })).id).toBe(id);
      const other = own.start(job, { ...who, request: { text: 'y' }, clientToken: 'once' });
      await expect(other).rejects.toBeInstanceOf(ClientTokenConflictError);
      await vi.waitFor(async () => expect((await own.find(job, who, id))?.status).toBe('COMPLETED'));
    }
    expect(told).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETED'].map((state) => `444455556666 ${state}`));
  });
});
