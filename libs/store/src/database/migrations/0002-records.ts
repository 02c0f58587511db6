import { sql, type Kysely, type Migration } from 'kysely';

/** One table for all kinds of resources that are found by name. */
export const records: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const now = sql`now()`;
    await db.schema
      .createTable('records')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('region', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      // Byte order, whatever locale the server was made with.
      .addColumn('name', sql`text collate "C"`, (column) => column.notNull())
      // Not jsonb, which refuses the character U+0000 that customers' texts may hold.
      .addColumn('document', 'json', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .addColumn('updated_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .addPrimaryKeyConstraint('records_key', ['account', 'region', 'kind', 'name'])
      .execute();
  },
};
