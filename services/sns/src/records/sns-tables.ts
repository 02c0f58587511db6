import type { Database, Tables } from '@lantern/store';
import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';

/** JSON is written as text and read as what it was; its owner knows the form. */
type Json<T> = ColumnType<T, string, string>;
type CreatedAt = ColumnType<Date, never, never>;
/** Milliseconds cannot be told from `infinity`, which the driver gives as a number. */
type DueAt = ColumnType<Date | number, unknown, unknown>;

/** Attributes as AWS names them; only those that were set. */
export type Attributes = Readonly<Record<string, string>>;

/** Joined to Lantern's own by `withTables`, which takes a type and no interface. */
export type SnsTables = {
  readonly sns_topics: {
    account: string;
    region: string;
    name: string;
    attributes: Json<Attributes>;
    tags: Json<Readonly<Record<string, string>>>;
    subscriptions_deleted: Generated<number>;
    /** Of FIFO topics: the sequence number that was given out last. */
    last_sequence: Generated<number>;
    created_at: CreatedAt;
  };
  readonly sns_subscriptions: {
    /** The last part of the subscription's ARN. */
    id: string;
    account: string;
    region: string;
    topic: string;
    protocol: string;
    endpoint: string;
    attributes: Json<Attributes>;
    /** null while the endpoint has not confirmed. */
    confirmed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    was_confirmed_with_signature: Generated<boolean>;
    needs_signature_to_unsubscribe: Generated<boolean>;
    /** Where a throttle policy is set: the earliest time of the next request to the endpoint. */
    next_receive_at: Generated<Date>;
    created_at: CreatedAt;
  };
  /** Confirmation tokens, each a capability for one endpoint of one topic; only their hashes are kept. */
  readonly sns_tokens: {
    hash: Buffer;
    subscription: string;
    account: string;
    region: string;
    topic: string;
    protocol: string;
    endpoint: string;
    expires_at: ColumnType<Date, unknown, unknown>;
  };
  /** What was published and is still to be delivered to someone; `MessageContent` is the form of `content`. */
  readonly sns_messages: {
    id: string;
    account: string;
    region: string;
    topic: string;
    content: ColumnType<unknown, string, string>;
    /** Deliveries that are left. */
    n_pending: number;
    published_at: Date;
  };
  /** One message to one endpoint; the row goes when the message was delivered or given up. */
  readonly sns_deliveries: {
    id: string;
    message: string;
    subscription: string;
    protocol: string;
    endpoint: string;
    position: Generated<number>;
    /** Deliveries of one lane and subscription are made one after the other, in the order of their position. */
    lane: string | null;
    /** When it may be tried, also the end of a worker's claim; infinity while an earlier one of its lane is left. */
    due_at: DueAt;
    n_failures: Generated<number>;
    /** Whether it is on its way to the dead-letter queue. */
    is_dead: Generated<boolean>;
    last_error: string | null;
  };
  /** What FIFO topics took in the last minutes. */
  readonly sns_deduplications: {
    account: string;
    region: string;
    topic: string;
    /** The message group, where duplicates are looked for in groups; otherwise empty. */
    scope: string;
    deduplication_id: string;
    message: string;
    sequence: number;
    expires_at: ColumnType<Date, unknown, unknown>;
  };
};

/** Lantern's database with the tables of SNS. */
export type SnsDatabase = Kysely<Tables & SnsTables>;

/** A change that happens whole or not at all. */
export type SnsTransaction = Transaction<Tables & SnsTables>;

export const snsDatabase = ({ kysely }: Database): SnsDatabase => kysely.withTables<SnsTables>();
