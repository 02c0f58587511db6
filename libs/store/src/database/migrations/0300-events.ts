import { sql, type ColumnDefinitionBuilder, type Kysely, type Migration } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const now = sql`now()`;

/** Rules and the outbox of `@lantern/events`, whose `event-tables.ts` describes them. */
export const events: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('event_rules')
      .addColumn('account', 'text', required)
      .addColumn('region', 'text', required)
      .addColumn('name', sql`text collate "C"`, required)
      .addColumn('description', 'text')
      .addColumn('pattern', 'text', required)
      .addColumn('targets', 'jsonb', required)
      .addColumn('updated_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .addPrimaryKeyConstraint('event_rules_key', ['account', 'region', 'name'])
      .execute();
    await db.schema
      .createTable('event_deliveries')
      .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
      .addColumn('event_id', 'text', required)
      .addColumn('account', 'text', required)
      .addColumn('target', 'text', required)
      .addColumn('group_id', 'text', required)
      .addColumn('subject', 'text')
      .addColumn('body', 'text', required)
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .addColumn('next_attempt_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .addColumn('claimed_until', 'timestamptz')
      .addColumn('failed_at', 'timestamptz')
      .addColumn('failure', 'text')
      .execute();
    await db.schema
      .createIndex('event_deliveries_chain')
      .on('event_deliveries')
      .columns(['target', 'group_id', 'id'])
      .where(sql<boolean>`failed_at is null`)
      .execute();
    await db.schema
      .createIndex('event_deliveries_due')
      .on('event_deliveries')
      .column('next_attempt_at')
      .where(sql<boolean>`failed_at is null`)
      .execute();
    await db.schema
      .createIndex('event_deliveries_failed')
      .on('event_deliveries')
      .columns(['account', 'failed_at'])
      .where(sql<boolean>`failed_at is not null`)
      .execute();
  },
};
