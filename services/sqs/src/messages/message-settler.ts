import { Injectable } from '@nestjs/common';
import { sql, type Kysely } from 'kysely';
import { PurgeQueueInProgress } from '../api/index.js';
import { effectiveNumber } from '../queues/queue-attributes.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import type { SqsTables } from '../queues/sqs-tables.js';
import { invalidParameter, invalidValue } from '../refusals.js';
import { Arrivals } from './arrivals.js';
import { readReceiptHandle, type Receipt } from './receipt-handle.js';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
const MAX_VISIBILITY_S = 43_200;
const PURGE_PAUSE_S = 60;

/** How many messages a queue holds. */
export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** What becomes of messages that were received: deleted, kept out of sight longer, or given back. */
@Injectable()
export class MessageSettler {
  private readonly kysely: Kysely<SqsTables>;

  constructor(
    queues: QueueStore,
    private readonly arrivals: Arrivals,
  ) {
    this.kysely = queues.kysely;
  }

  /** Deletes messages of a standard queue in one step, each if the receipt is its latest. */
  async deleteAll(queue: Queue, receipts: readonly Receipt[]): Promise<void> {
    if (receipts.length === 0) return;
    await this.kysely
      .deleteFrom('sqs_messages')
      .where('queue_id', '=', queue.id)
      .where((is) => is.or(receipts.map(({ rowId, secret }) => is.and({ id: rowId, receipt: secret }))))
      .execute();
  }

  /**
   * Deletes the message of a receipt, if that is its latest: a message that was received again stays.
   * @throws ReceiptHandleIsInvalid; InvalidParameterValue where a FIFO message is visible again
   */
  async delete(queue: Queue, handle: string): Promise<void> {
    const { rowId, secret } = readReceiptHandle(handle, queue.id);
    const row = this.kysely.deleteFrom('sqs_messages').where('id', '=', rowId).where('queue_id', '=', queue.id);
    if (!queue.isFifo) {
      await row.where('receipt', '=', secret).execute();
      return;
    }
    const { numDeletedRows } = await row
      .where('receipt', '=', secret)
      .where('visible_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
    // The next message of the group may now be received.
    if (numDeletedRows > 0n) return this.arrivals.tell(queue.id);
    const left = await this.kysely
      .selectFrom('sqs_messages')
      .select('id')
      .where('id', '=', rowId)
      .where('queue_id', '=', queue.id)
      .executeTakeFirst();
    if (left) throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
  }

  /**
   * Sets when a received message becomes visible again, counted from now.
   * @throws ReceiptHandleIsInvalid, InvalidParameterValue
   */
  async changeVisibility(queue: Queue, handle: string, seconds: number): Promise<void> {
    const { rowId, secret } = readReceiptHandle(handle, queue.id);
    requireVisibility(seconds);
    const row = await this.kysely
      .updateTable('sqs_messages')
      .set({ visible_at: sql<Date>`now() + ${seconds} * interval '1 second'` })
      .where('id', '=', rowId)
      .where('queue_id', '=', queue.id)
      .where('receipt', '=', secret)
      .where(
        sql<boolean>`now() + ${seconds} * interval '1 second' <= received_at + ${MAX_VISIBILITY_S} * interval '1 second'`,
      )
      .returning('id')
      .executeTakeFirst();
    if (!row) return this.refuseChange(queue, handle, rowId, secret);
    if (seconds === 0 || queue.isFifo) this.arrivals.tell(queue.id);
  }

  /**
   * Removes all messages, and what a FIFO queue remembers to tell repetitions.
   * @throws PurgeQueueInProgress within a minute of the last time
   */
  async purge(queue: Queue): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      const mayPurge = await transaction
        .updateTable('sqs_queues')
        .set({ purged_at: new Date() })
        .where('id', '=', queue.id)
        .where(sql<boolean>`purged_at is null or purged_at < now() - ${PURGE_PAUSE_S} * interval '1 second'`)
        .returning('id')
        .executeTakeFirst();
      if (!mayPurge)
        throw new PurgeQueueInProgress(
          `Only one PurgeQueue operation on ${queue.name} is allowed every ${PURGE_PAUSE_S} seconds.`,
        );
      await transaction.deleteFrom('sqs_messages').where('queue_id', '=', queue.id).execute();
      await transaction.deleteFrom('sqs_deduplications').where('queue_id', '=', queue.id).execute();
    });
  }

  /** Counts exactly, where AWS approximates. */
  async count(queue: Queue): Promise<MessageCounts> {
    const retention = effectiveNumber(queue.attributes, 'MessageRetentionPeriod');
    const isVisible = sql<boolean>`visible_at <= now()`;
    const { visible, in_flight, delayed } = await this.kysely
      .selectFrom('sqs_messages')
      .select((is) => [
        is.fn.countAll<number>().filterWhere(isVisible).as('visible'),
        is.fn
          .countAll<number>()
          .filterWhere(is.and([is.not(isVisible), is('receipt', 'is not', null)]))
          .as('in_flight'),
        is.fn
          .countAll<number>()
          .filterWhere(is.and([is.not(isVisible), is('receipt', 'is', null)]))
          .as('delayed'),
      ])
      .where('queue_id', '=', queue.id)
      .where('retained_from', '>', sql<Date>`now() - ${retention} * interval '1 second'`)
      .executeTakeFirstOrThrow();
    return { visible, inFlight: in_flight, delayed };
  }

  private async refuseChange(queue: Queue, handle: string, rowId: number, secret: string): Promise<never> {
    const row = await this.kysely
      .selectFrom('sqs_messages')
      .select('id')
      .where('id', '=', rowId)
      .where('queue_id', '=', queue.id)
      .where('receipt', '=', secret)
      .executeTakeFirst();
    if (row)
      throw invalidParameter(
        `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_S} seconds]`,
      );
    throw invalidValue(
      'ReceiptHandle',
      handle,
      'Message does not exist or is not available for visibility timeout change.',
    );
  }
}

/**
 * Checks a visibility timeout.
 * @throws InvalidParameterValue
 */
export function requireVisibility(seconds: number): void {
  if (seconds < 0 || seconds > MAX_VISIBILITY_S)
    throw invalidValue('VisibilityTimeout', seconds, `Must be between 0 and ${MAX_VISIBILITY_S}, if provided.`);
}
