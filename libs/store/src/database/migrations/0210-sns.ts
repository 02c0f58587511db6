import { sql, type ColumnDefinitionBuilder, type Kysely, type Migration } from 'kysely';

type Schema = Kysely<unknown>['schema'];

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const now = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(sql`now()`);
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0);
const no = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(false);
/** Byte order, whatever locale the server was made with. */
const bytes = sql`text collate "C"`;

/** Topics, subscriptions, and the messages that are still to be delivered. `services/sns` says what they mean. */
export const sns: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await createTopics(schema);
    await createSubscriptions(schema);
    await createMessages(schema);
    await createDeliveries(schema);
  },
};

async function createTopics(schema: Schema): Promise<void> {
  await schema
    .createTable('sns_topics')
    .addColumn('account', 'text', required)
    .addColumn('region', 'text', required)
    .addColumn('name', bytes, required)
    // Not jsonb, which refuses the character U+0000 that customers' texts may hold.
    .addColumn('attributes', 'json', required)
    .addColumn('tags', 'json', required)
    .addColumn('subscriptions_deleted', 'bigint', zero)
    .addColumn('last_sequence', 'bigint', zero)
    .addColumn('created_at', 'timestamptz', now)
    .addPrimaryKeyConstraint('sns_topics_key', ['account', 'region', 'name'])
    .execute();
}

async function createSubscriptions(schema: Schema): Promise<void> {
  await schema
    .createTable('sns_subscriptions')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('account', 'text', required)
    .addColumn('region', 'text', required)
    .addColumn('topic', bytes, required)
    .addColumn('protocol', 'text', required)
    .addColumn('endpoint', 'text', required)
    .addColumn('attributes', 'json', required)
    .addColumn('confirmed_at', 'timestamptz')
    .addColumn('was_confirmed_with_signature', 'boolean', no)
    .addColumn('needs_signature_to_unsubscribe', 'boolean', no)
    .addColumn('next_receive_at', 'timestamptz', now)
    .addColumn('created_at', 'timestamptz', now)
    .addUniqueConstraint('sns_subscriptions_target', ['account', 'region', 'topic', 'protocol', 'endpoint'])
    .addForeignKeyConstraint(
      'sns_subscriptions_topic',
      ['account', 'region', 'topic'],
      'sns_topics',
      ['account', 'region', 'name'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await schema
    .createTable('sns_tokens')
    .addColumn('hash', 'bytea', (column) => column.primaryKey())
    .addColumn('subscription', 'uuid', required)
    .addColumn('account', 'text', required)
    .addColumn('region', 'text', required)
    .addColumn('topic', bytes, required)
    .addColumn('protocol', 'text', required)
    .addColumn('endpoint', 'text', required)
    .addColumn('expires_at', 'timestamptz', required)
    .execute();
  await schema.createIndex('sns_tokens_expiry').on('sns_tokens').column('expires_at').execute();
}

async function createMessages(schema: Schema): Promise<void> {
  await schema
    .createTable('sns_messages')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('account', 'text', required)
    .addColumn('region', 'text', required)
    .addColumn('topic', bytes, required)
    .addColumn('content', 'json', required)
    .addColumn('n_pending', 'integer', required)
    .addColumn('published_at', 'timestamptz', required)
    .execute();
  await schema
    .createTable('sns_deduplications')
    .addColumn('account', 'text', required)
    .addColumn('region', 'text', required)
    .addColumn('topic', bytes, required)
    .addColumn('scope', 'text', required)
    .addColumn('deduplication_id', 'text', required)
    .addColumn('message', 'uuid', required)
    .addColumn('sequence', 'bigint', required)
    .addColumn('expires_at', 'timestamptz', required)
    .addPrimaryKeyConstraint('sns_deduplications_key', ['account', 'region', 'topic', 'scope', 'deduplication_id'])
    .execute();
  await schema.createIndex('sns_deduplications_expiry').on('sns_deduplications').column('expires_at').execute();
}

async function createDeliveries(schema: Schema): Promise<void> {
  await schema
    .createTable('sns_deliveries')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('message', 'uuid', (column) => column.notNull().references('sns_messages.id'))
    .addColumn('subscription', 'uuid', required)
    .addColumn('protocol', 'text', required)
    .addColumn('endpoint', 'text', required)
    .addColumn('position', 'bigint', (column) => column.notNull().generatedAlwaysAsIdentity())
    .addColumn('lane', 'text')
    .addColumn('due_at', 'timestamptz', required)
    .addColumn('n_failures', 'integer', zero)
    .addColumn('is_dead', 'boolean', no)
    .addColumn('last_error', 'text')
    .execute();
  await schema.createIndex('sns_deliveries_due').on('sns_deliveries').column('due_at').execute();
  await schema
    .createIndex('sns_deliveries_lane')
    .on('sns_deliveries')
    .columns(['subscription', 'lane', 'position'])
    .where(sql.ref('lane'), 'is not', null)
    .execute();
}
