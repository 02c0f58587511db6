import { sql, type Kysely, type Migration } from 'kysely';

/** States in which a job is over; the others are looked after. */
const ended = sql`('COMPLETED', 'FAILED', 'STOPPED')`;

/** Records of long work, and the outbox of a queue outside this database. */
export const jobs: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('jobs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('sequence', 'bigserial', (column) => column.notNull())
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('region', 'text', (column) => column.notNull())
      .addColumn('definition', 'text', (column) => column.notNull())
      .addColumn('name', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      // Not jsonb, which refuses the character U+0000 that customers' texts may hold.
      .addColumn('request', 'json', (column) => column.notNull())
      .addColumn('outcome', 'json')
      .addColumn('failure', 'text')
      .addColumn('progress_percent', 'double precision', (column) => column.notNull().defaultTo(0))
      .addColumn('progress_message', 'text')
      .addColumn('tags', 'json', (column) => column.notNull())
      .addColumn('client_token', 'text')
      .addColumn('request_digest', 'bytea', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('failures', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('takeovers', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('lease_until', 'timestamptz')
      .addColumn('ring_at', 'timestamptz', (column) => column.notNull())
      .addColumn('submitted_at', 'timestamptz', (column) => column.notNull())
      .addColumn('started_at', 'timestamptz')
      .addColumn('ended_at', 'timestamptz')
      .execute();
    await db.schema
      .createIndex('jobs_list')
      .on('jobs')
      .columns(['account', 'region', 'definition', 'sequence'])
      .execute();
    await db.schema
      .createIndex('jobs_client_token')
      .unique()
      .on('jobs')
      .columns(['account', 'region', 'definition', 'client_token'])
      .where('client_token' as never, 'is not', null)
      .execute();
    await db.schema
      .createIndex('jobs_unrung')
      .on('jobs')
      .column('ring_at')
      .where(sql<boolean>`status not in ${ended}`)
      .execute();
    await db.schema
      .createTable('queue_outbox')
      .addColumn('sequence', 'bigserial', (column) => column.primaryKey())
      .addColumn('queue', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('due_at', 'timestamptz', (column) => column.notNull())
      .execute();
  },
};
