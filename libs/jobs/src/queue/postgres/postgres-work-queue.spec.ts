import { temporaryFolder } from '@lantern/testing';
import { openDatabase } from '@lantern/store';
import { LATEST_SCHEMA_VERSION } from 'bullmq';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { OpenedQueue } from '../conformance/opened-queue.js';
import { describeWorkQueue } from '../conformance/work-queue-conformance.js';
import { PostgresWorkQueue } from './postgres-work-queue.js';
import { isQueueSchemaReady, QUEUE_SCHEMA_VERSION } from './queue-schema.js';

async function openPostgres(): Promise<OpenedQueue> {
  const folder = await temporaryFolder('queue');
  const database = await openDatabase({ dataDir: folder.path });
  return {
    database,
    reach: { databaseUrl: database.url },
    open: (onError) => new PostgresWorkQueue({ database, onError }),
    breakConnections: async () => {
      const { rows } = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'lantern queues'`.execute(database.kysely);
      expect(rows.length).toBeGreaterThan(0);
    },
    close: async () => {
      await database.close();
      await folder.remove();
    },
  };
}

describeWorkQueue('the queue on PostgreSQL', openPostgres);

describe('the tables of the queue on PostgreSQL', () => {
  it('are those that the installed BullMQ wants', () => {
    expect(QUEUE_SCHEMA_VERSION).toBe(LATEST_SCHEMA_VERSION);
  });

  it('are made by whoever rings first, also by several at once', async () => {
    const opened = await openPostgres();
    const { kysely } = opened.database;
    expect(await isQueueSchemaReady(kysely)).toBe(false);
    const queues = [opened.open(), opened.open(), opened.open()];
    await Promise.all(queues.map((queue, index) => queue.add({ queue: 'test', id: `id-${index}` })));
    expect(await isQueueSchemaReady(kysely)).toBe(true);
    const { rows } = await sql`select id from lantern_queue.job`.execute(kysely);
    expect(rows.length).toBe(3);
    for (const queue of queues) await queue.close();
    await opened.close();
  });
});
