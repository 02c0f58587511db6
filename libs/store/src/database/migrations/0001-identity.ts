import { sql, type Kysely, type Migration } from 'kysely';

/** Accounts and what their callers prove themselves with. */
export const identity: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const account = 'account';
    const owned = (table: string) =>
      db.schema
        .createTable(table)
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn(account, 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
        .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`));
    await db.schema
      .createTable('accounts')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute();
    await owned('access_keys')
      .addColumn('user_name', 'text', (column) => column.notNull())
      .addColumn('sealed_secret', 'bytea', (column) => column.notNull())
      .execute();
    await owned('api_keys')
      .addColumn('user_name', 'text', (column) => column.notNull())
      .addColumn('hash', 'bytea', (column) => column.notNull().unique())
      .execute();
    await owned('sessions')
      .addColumn('arn', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('sealed_secrets', 'bytea', (column) => column.notNull())
      .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('sessions_expiry').on('sessions').column('expires_at').execute();
    for (const table of ['access_keys', 'api_keys', 'sessions']) {
      await db.schema.createIndex(`${table}_account`).on(table).column(account).execute();
    }
    await db.schema
      .createTable('settings')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
  },
};
