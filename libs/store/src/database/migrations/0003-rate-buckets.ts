import { sql, type Kysely, type Migration } from 'kysely';

/** Token buckets that all processes share. */
export const rateBuckets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('rate_buckets')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('bucket', 'text', (column) => column.notNull())
      .addColumn('tokens', 'double precision', (column) => column.notNull())
      .addColumn('filled_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .addPrimaryKeyConstraint('rate_buckets_key', ['account', 'bucket'])
      .execute();
  },
};
