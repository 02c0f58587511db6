import { sql, type Kysely, type Migration } from 'kysely';

/** Who is told of changes in which bucket, whatever store the bucket lies in; and the number of each change. */
export const s3Notifications: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('s3_notifications')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('bucket', sql`text collate "C"`, (column) => column.notNull())
      .addColumn('configuration', 'json', (column) => column.notNull())
      .addPrimaryKeyConstraint('s3_notifications_key', ['account', 'bucket'])
      .execute();
    // Raw SQL does not take the schema from Kysely.
    await sql`create sequence lantern.s3_event_sequence`.execute(db);
  },
};
