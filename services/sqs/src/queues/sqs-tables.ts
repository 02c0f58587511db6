import type { ColumnType, Generated, RawBuilder } from 'kysely';
import type { StoredAttributes } from '../messages/message-attributes.js';

// What the migration `0310-sqs` makes.

/** An instant that the database's clock may set. */
type Instant = ColumnType<Date, Date | RawBuilder<Date>, Date | RawBuilder<Date>>;
type MaybeInstant = ColumnType<Date | null, Date | RawBuilder<Date> | null, Date | RawBuilder<Date> | null>;
/** Written as JSON text, read as a value. */
type Json<T> = ColumnType<T, string, string>;

export interface QueueTable {
  id: Generated<number>;
  account: string;
  region: string;
  name: string;
  /** What was set, by AWS's names; what is not here has its default. */
  attributes: Json<Readonly<Record<string, string>>>;
  tags: Json<Readonly<Record<string, string>>>;
  created_at: Generated<Date>;
  modified_at: ColumnType<Date, never, Date>;
  purged_at: ColumnType<Date | null, never, Date>;
}

export interface MessageTable {
  /** The order of arrival. */
  id: Generated<number>;
  queue_id: number;
  message_id: string;
  body: string;
  attributes: ColumnType<StoredAttributes | null, string | null, never>;
  trace_header: string | null;
  sender_id: string;
  group_id: string | null;
  deduplication_id: string | null;
  sent_at: Instant;
  /** From when the retention counts. */
  retained_from: Instant;
  /** In the past: can be received. In the future: delayed, or in flight if it was received. */
  visible_at: Instant;
  receive_count: Generated<number>;
  first_received_at: MaybeInstant;
  received_at: MaybeInstant;
  /** The secret part of the latest receipt handle. */
  receipt: string | null;
  /** ReceiveRequestAttemptId of the latest receive. */
  attempt_id: string | null;
  /** The queue from which it was moved to this dead-letter queue. */
  source_arn: string | null;
}

export interface DeduplicationTable {
  queue_id: number;
  /** The message group, or nothing where the whole queue is meant. */
  scope: string;
  deduplication_id: string;
  message_id: string;
  /** The message's row, from which its sequence number follows. */
  message_row: number | null;
  expires_at: Instant;
}

export type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';

export interface MoveTaskTable {
  id: string;
  sequence: Generated<number>;
  queue_id: number;
  /** Absent: each message goes back to the queue it came from. */
  destination_arn: string | null;
  messages_per_second: number | null;
  status: MoveTaskStatus;
  n_moved: Generated<number>;
  n_to_move: number;
  failure: string | null;
  last_message_id: number;
  started_at: Generated<Date>;
  claimed_until: MaybeInstant;
}

/** Joined to Lantern's own by `withTables`, which takes a type and no interface. */
export type SqsTables = {
  sqs_queues: QueueTable;
  sqs_messages: MessageTable;
  sqs_deduplications: DeduplicationTable;
  sqs_move_tasks: MoveTaskTable;
};
