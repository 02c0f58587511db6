import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Who leaves an entry in the queue's outbox may say from when on relays look at it: until then it means to forward the
 * entry itself. The function does so as an expression, which a statement may hold that writes a record too.
 */
export const outboxOfRelays: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('queue_outbox')
      .addColumn('relay_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .execute();
    await sql`
      create function lantern.leave_in_outbox(entry_queue text, entry_id text, delay_ms float8, relay_after_ms float8)
      returns bigint language sql as $$
        insert into lantern.queue_outbox (queue, id, due_at, relay_at) values (
          entry_queue, entry_id,
          now() + make_interval(secs => delay_ms / 1000), now() + make_interval(secs => relay_after_ms / 1000))
        returning sequence $$`.execute(db);
  },
};
