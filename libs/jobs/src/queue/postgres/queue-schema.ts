import { sql, type QueryExecutorProvider } from 'kysely';
import type pg from 'pg';

/** PostgreSQL schema of BullMQ's tables, beside Lantern's own. */
export const QUEUE_SCHEMA = 'lantern_queue';

/** The version of BullMQ's tables that this release needs; a spec compares it with BullMQ's own. */
export const QUEUE_SCHEMA_VERSION = 11;

/** Whether BullMQ's tables are there and new enough: one query, and BullMQ itself stays unloaded. */
export async function isQueueSchemaReady(executor: QueryExecutorProvider): Promise<boolean> {
  const name = `${QUEUE_SCHEMA}.migration`;
  const { rows } = await sql<{ exists: boolean }>`select to_regclass(${name}) is not null as exists`.execute(executor);
  if (!rows[0]?.exists) return false;
  const found = await sql<{ version: number }>`
    select coalesce(max(version), 0)::int as version from ${sql.id(QUEUE_SCHEMA, 'migration')}`.execute(executor);
  return (found.rows[0]?.version ?? 0) >= QUEUE_SCHEMA_VERSION;
}

/** Makes BullMQ's tables or brings them up to date, in one transaction under an advisory lock. */
export async function migrateQueueSchema(pool: pg.Pool): Promise<void> {
  const { runMigrations } = await import('bullmq');
  const client = await pool.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    client.release();
  }
}
