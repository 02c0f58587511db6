import { sql, type Kysely, type Migration } from 'kysely';

/** Sealed secrets that all processes of an installation share. */
export const secrets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('secrets')
      .addColumn('name', sql`text collate "C"`, (column) => column.primaryKey())
      .addColumn('sealed', 'bytea', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute();
  },
};
