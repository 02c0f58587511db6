import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import { effectiveNumber } from '../queues/queue-attributes.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import { readRedrivePolicy, type RedrivePolicy } from '../queues/redrive-policy.js';
import type { MessageTable, SqsTables } from '../queues/sqs-tables.js';
import { ARRIVALS_CHANNEL } from './arrivals.js';
import { pickInOrder, pickOldest, type Picked } from './picking.js';

export type MessageRow = Selectable<MessageTable>;

export interface ReceiveOptions {
  readonly maxMessages: number;
  readonly visibilitySeconds: number;
  /** Repeating a receive with this id within five minutes gives the same messages, if nobody touched them (FIFO). */
  readonly attemptId?: string | undefined;
  /** A client that left takes no messages. */
  readonly signal: AbortSignal;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html */
const ATTEMPT_S = 300;

/** Takes messages out of sight. */
@Injectable()
export class MessageReceiver {
  private readonly kysely: Kysely<SqsTables>;

  constructor(private readonly queues: QueueStore) {
    this.kysely = queues.kysely;
  }

  /**
   * Receives what is visible now. Messages that were received too often move to the dead-letter queue instead.
   * @returns none where nothing is visible; FIFO queues give whole groups in order
   */
  receive(queue: Queue, options: ReceiveOptions): Promise<MessageRow[]> {
    return this.kysely.transaction().execute(async (transaction) => {
      const repeated = queue.isFifo ? await this.repeat(transaction, queue, options) : [];
      const rows = repeated.length > 0 ? repeated : await this.take(transaction, queue, options);
      options.signal.throwIfAborted();
      return rows;
    });
  }

  /** Milliseconds until a message of the queue becomes visible by itself, if one is delayed or in flight. */
  async untilVisible(queue: Queue): Promise<number | undefined> {
    const { ms } = await this.kysely
      .selectFrom('sqs_messages')
      .select(sql<number | null>`extract(epoch from min(visible_at) - clock_timestamp()) * 1000`.as('ms'))
      .where('queue_id', '=', queue.id)
      .where('visible_at', '>', sql<Date>`now()`)
      .executeTakeFirstOrThrow();
    return ms === null ? undefined : Math.max(0, Number(ms));
  }

  private async take(
    transaction: Transaction<SqsTables>,
    queue: Queue,
    options: ReceiveOptions,
  ): Promise<MessageRow[]> {
    const policy = await this.deadLetters(queue);
    const live: number[] = [];
    for (;;) {
      const nWanted = options.maxMessages - live.length;
      const picked = await this.pick(transaction, queue, nWanted);
      const dead = policy ? picked.filter(({ receiveCount }) => receiveCount >= policy.maxReceiveCount) : [];
      if (policy && dead.length > 0) await bury(transaction, queue, policy.queue, dead);
      live.push(...picked.filter((one) => !dead.includes(one)).map(({ id }) => id));
      // Where some moved away, others may be behind them.
      if (dead.length === 0 || live.length === options.maxMessages) break;
    }
    return live.length === 0 ? [] : mark(transaction, live, options);
  }

  private pick(transaction: Transaction<SqsTables>, queue: Queue, nWanted: number): Promise<Picked[]> {
    const retentionSeconds = effectiveNumber(queue.attributes, 'MessageRetentionPeriod');
    return (queue.isFifo ? pickInOrder : pickOldest)(transaction, queue.id, retentionSeconds, nWanted);
  }

  /** The dead-letter queue, if there is one; messages stay where the queue that is named is gone. */
  private async deadLetters(queue: Queue): Promise<(RedrivePolicy & { readonly queue: Queue }) | undefined> {
    const { RedrivePolicy: text } = queue.attributes;
    if (text === undefined) return undefined;
    const policy = readRedrivePolicy(text);
    const target = await this.queues.find(policy.target);
    return target && target.id !== queue.id ? { ...policy, queue: target } : undefined;
  }

  /** What an earlier receive of the same attempt took and nobody touched; its time out of sight starts anew. */
  private async repeat(
    transaction: Transaction<SqsTables>,
    queue: Queue,
    { attemptId, visibilitySeconds }: ReceiveOptions,
  ): Promise<MessageRow[]> {
    if (attemptId === undefined) return [];
    const rows = await transaction
      .updateTable('sqs_messages')
      .set({ visible_at: inSeconds(visibilitySeconds) })
      .where('queue_id', '=', queue.id)
      .where('attempt_id', '=', attemptId)
      .where('visible_at', '>', sql<Date>`now()`)
      .where('received_at', '>', sql<Date>`now() - ${ATTEMPT_S} * interval '1 second'`)
      .returningAll()
      .execute();
    return rows.sort((a, b) => a.id - b.id);
  }
}

const inSeconds = (seconds: number) => sql<Date>`now() + ${seconds} * interval '1 second'`;

/** Takes picked messages out of sight, each under a new receipt; in the order of `ids`. */
async function mark(
  transaction: Transaction<SqsTables>,
  ids: readonly number[],
  { visibilitySeconds, attemptId }: ReceiveOptions,
): Promise<MessageRow[]> {
  const now = sql<Date>`now()`;
  const rows = await transaction
    .updateTable('sqs_messages')
    .set((set) => ({
      visible_at: inSeconds(visibilitySeconds),
      receive_count: set('receive_count', '+', 1),
      first_received_at: sql<Date>`coalesce(first_received_at, now())`,
      received_at: now,
      // 24 characters of 18 random bytes, as `readReceiptHandle` expects them.
      receipt: sql<string>`translate(encode(substring(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) for 18), 'base64'), '+/', '-_')`,
      attempt_id: attemptId ?? null,
    }))
    .where('id', 'in', ids)
    .returningAll()
    .execute();
  const place = new Map(ids.map((id, i) => [id, i]));
  return rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}

/** Moves messages to a dead-letter queue; in a FIFO queue their retention starts anew. */
async function bury(
  transaction: Transaction<SqsTables>,
  from: Queue,
  to: Queue,
  dead: readonly Picked[],
): Promise<void> {
  await transaction
    .updateTable('sqs_messages')
    .set({
      queue_id: to.id,
      source_arn: from.arn,
      receipt: null,
      attempt_id: null,
      visible_at: sql<Date>`now()`,
      ...(to.isFifo && { retained_from: sql<Date>`now()` }),
    })
    .where(
      'id',
      'in',
      dead.map(({ id }) => id),
    )
    .execute();
  await sql`select pg_notify(${ARRIVALS_CHANNEL}, ${String(to.id)})`.execute(transaction);
}
