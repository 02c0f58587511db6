import { sql, type ColumnDefinitionBuilder, type Kysely, type Migration } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const now = sql`now()`;
/** Ordered byte by byte, whatever the database's locale. */
const bytewise = sql`text collate "C"`;
/** SQS speaks of milliseconds. */
const milliseconds = sql`timestamptz(3)`;

/** Queues and messages of SQS; `services/sqs/src/queues/sqs-tables.ts` describes them. */
export const sqs: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('sqs_queues')
      .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
      .addColumn('account', 'text', required)
      .addColumn('region', 'text', required)
      .addColumn('name', bytewise, required)
      .addColumn('attributes', 'json', required)
      .addColumn('tags', 'json', required)
      .addColumn('created_at', milliseconds, (column) => column.notNull().defaultTo(now))
      .addColumn('modified_at', milliseconds, (column) => column.notNull().defaultTo(now))
      .addColumn('purged_at', milliseconds)
      .addUniqueConstraint('sqs_queues_name', ['account', 'region', 'name'])
      .execute();
    await createMessages(db);
    await createDeduplications(db);
    await createMoveTasks(db);
  },
};

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sqs_messages')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('queue_id', 'bigint', (column) => column.notNull().references('sqs_queues.id').onDelete('cascade'))
    .addColumn('message_id', 'text', required)
    .addColumn('body', 'text', required)
    .addColumn('attributes', 'json')
    .addColumn('trace_header', 'text')
    .addColumn('sender_id', 'text', required)
    .addColumn('group_id', 'text')
    .addColumn('deduplication_id', 'text')
    .addColumn('sent_at', milliseconds, required)
    // From when the retention counts; a message that moves between FIFO queues starts anew.
    .addColumn('retained_from', milliseconds, required)
    .addColumn('visible_at', milliseconds, required)
    .addColumn('receive_count', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('first_received_at', milliseconds)
    .addColumn('received_at', milliseconds)
    .addColumn('receipt', 'text')
    .addColumn('attempt_id', 'text')
    .addColumn('source_arn', 'text')
    .execute();
  await db.schema
    .createIndex('sqs_messages_visible')
    .on('sqs_messages')
    .columns(['queue_id', 'visible_at', 'id'])
    .execute();
  await db.schema
    .createIndex('sqs_messages_group')
    .on('sqs_messages')
    .columns(['queue_id', 'group_id', 'id'])
    .where(sql<boolean>`group_id is not null`)
    .execute();
  // FIFO queues are read in the order of arrival.
  await db.schema
    .createIndex('sqs_messages_arrival')
    .on('sqs_messages')
    .columns(['queue_id', 'id'])
    .where(sql<boolean>`group_id is not null`)
    .execute();
}

/** What FIFO queues took in the last five minutes. */
async function createDeduplications(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sqs_deduplications')
    .addColumn('queue_id', 'bigint', (column) => column.notNull().references('sqs_queues.id').onDelete('cascade'))
    .addColumn('scope', 'text', required)
    .addColumn('deduplication_id', 'text', required)
    .addColumn('message_id', 'text', required)
    .addColumn('message_row', 'bigint')
    .addColumn('expires_at', milliseconds, required)
    .addPrimaryKeyConstraint('sqs_deduplications_key', ['queue_id', 'scope', 'deduplication_id'])
    .execute();
}

async function createMoveTasks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sqs_move_tasks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('sequence', 'bigint', (column) => column.notNull().generatedAlwaysAsIdentity())
    .addColumn('queue_id', 'bigint', (column) => column.notNull().references('sqs_queues.id').onDelete('cascade'))
    .addColumn('destination_arn', 'text')
    .addColumn('messages_per_second', 'integer')
    .addColumn('status', 'text', required)
    .addColumn('n_moved', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('n_to_move', 'bigint', required)
    .addColumn('failure', 'text')
    // Messages that were in the queue when the task began; later ones stay.
    .addColumn('last_message_id', 'bigint', required)
    .addColumn('started_at', milliseconds, (column) => column.notNull().defaultTo(now))
    .addColumn('claimed_until', milliseconds)
    .execute();
  await db.schema
    .createIndex('sqs_move_tasks_running')
    .unique()
    .on('sqs_move_tasks')
    .column('queue_id')
    .where(sql<boolean>`status in ('RUNNING', 'CANCELLING')`)
    .execute();
}
