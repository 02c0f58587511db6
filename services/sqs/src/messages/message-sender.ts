import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql, type Insertable, type Kysely, type Transaction } from 'kysely';
import { effective } from '../queues/queue-attributes.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import type { MessageTable, SqsTables } from '../queues/sqs-tables.js';
import { noSuchQueue } from '../refusals.js';
import { Arrivals } from './arrivals.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { sequenceNumberOf } from './sequence-number.js';
import { lockFor } from './transaction-locks.js';

/** What a sender is told. */
export interface SentMessage {
  readonly messageId: string;
  /** Set in FIFO queues. */
  readonly sequenceNumber?: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_S = 300;
const FOREIGN_KEY_VIOLATION = '23503';

/** Puts messages into queues. */
@Injectable()
export class MessageSender {
  private readonly kysely: Kysely<SqsTables>;

  constructor(
    queues: QueueStore,
    private readonly arrivals: Arrivals,
  ) {
    this.kysely = queues.kysely;
  }

  /**
   * Sends messages, all or none; they are durable when this resolves, and whoever waits for them is woken.
   * @param senderId AWS's unique id of who sends
   * @throws QueueDoesNotExist where the queue was deleted meanwhile
   */
  async send(queue: Queue, messages: readonly OutgoingMessage[], senderId: string): Promise<SentMessage[]> {
    try {
      const sent = await (queue.isFifo
        ? this.insertInOrder(queue, messages, senderId)
        : this.insert(queue, messages, senderId));
      this.arrivals.tell(queue.id);
      return sent;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION) throw noSuchQueue();
      throw error;
    }
  }

  /** One statement for all: rows get their numbers in the order in which they are given. */
  private async insert(queue: Queue, messages: readonly OutgoingMessage[], senderId: string): Promise<SentMessage[]> {
    const rows = messages.map((message) => rowOf(queue, message, senderId));
    await this.kysely.insertInto('sqs_messages').values(rows).execute();
    return rows.map(({ message_id: messageId }) => ({ messageId }));
  }

  private insertInOrder(queue: Queue, messages: readonly OutgoingMessage[], senderId: string): Promise<SentMessage[]> {
    return this.kysely.transaction().execute(async (transaction) => {
      await lockGroups(transaction, queue, messages);
      const sent: SentMessage[] = [];
      for (const message of messages) sent.push(await sendOnce(transaction, queue, message, senderId));
      return sent;
    });
  }
}

/**
 * Senders of one group come one after another, so that the order of the rows is the order in which they can be seen.
 * Locks are taken in order, so that two batches do not wait for each other.
 */
async function lockGroups(
  transaction: Transaction<SqsTables>,
  queue: Queue,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  for (const group of [...new Set(messages.map(({ groupId = '' }) => groupId))].sort())
    await lockFor(transaction, `send ${queue.id} ${group}`);
}

/** Sends to a FIFO queue, unless the same was sent within five minutes: then it answers what it answered first. */
async function sendOnce(
  transaction: Transaction<SqsTables>,
  queue: Queue,
  message: OutgoingMessage,
  senderId: string,
): Promise<SentMessage> {
  const { groupId = '', deduplicationId = '' } = message;
  const scope = effective(queue.attributes, 'DeduplicationScope') === 'messageGroup' ? groupId : '';
  const key = { queue_id: queue.id, scope, deduplication_id: deduplicationId };
  const row = rowOf(queue, message, senderId);
  const content = {
    message_id: row.message_id,
    expires_at: sql<Date>`now() + ${DEDUPLICATION_S} * interval '1 second'`,
  };
  const isNew = await transaction
    .insertInto('sqs_deduplications')
    .values({ ...key, ...content })
    .onConflict((conflict) =>
      conflict
        .columns(['queue_id', 'scope', 'deduplication_id'])
        .doUpdateSet(content)
        .where('sqs_deduplications.expires_at', '<=', sql<Date>`now()`),
    )
    .returning('message_id')
    .executeTakeFirst();
  if (!isNew) {
    const { message_id: messageId, message_row: first } = await transaction
      .selectFrom('sqs_deduplications')
      .select(['message_id', 'message_row'])
      .where((is) => is.and(key))
      .executeTakeFirstOrThrow();
    return { messageId, ...(first !== null && { sequenceNumber: sequenceNumberOf(first) }) };
  }
  const { id } = await transaction.insertInto('sqs_messages').values(row).returning('id').executeTakeFirstOrThrow();
  await transaction
    .updateTable('sqs_deduplications')
    .set({ message_row: id })
    .where((is) => is.and(key))
    .execute();
  return { messageId: row.message_id, sequenceNumber: sequenceNumberOf(id) };
}

function rowOf(queue: Queue, message: OutgoingMessage, senderId: string): Insertable<MessageTable> {
  const now = sql<Date>`now()`;
  return {
    queue_id: queue.id,
    message_id: randomUUID(),
    body: message.body,
    attributes: message.attributes ? JSON.stringify(message.attributes) : null,
    trace_header: message.traceHeader ?? null,
    sender_id: senderId,
    group_id: message.groupId ?? null,
    deduplication_id: message.deduplicationId ?? null,
    sent_at: now,
    retained_from: now,
    visible_at: sql<Date>`now() + ${message.delaySeconds} * interval '1 second'`,
  };
}
