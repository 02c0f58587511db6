import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { WorkQueue } from '@lantern/jobs';
import { Database } from '@lantern/store';
import { sql } from 'kysely';
import type { MessageContent } from '../messages/message-content.js';
import { snsDatabase, type SnsDatabase, type SnsTransaction } from '../records/sns-tables.js';
import type { Protocol } from '../subscriptions/endpoint.js';
import type { TopicRef } from '../topics/topic-arn.js';
import type { Delivery, DeliveryState, NewMessage, Recipient } from './delivery.js';

/** The queue whose entries name deliveries. */
export const DELIVERY_QUEUE = 'sns.deliveries';

/** How many overdue deliveries of one subscription are rung for at once. */
const MOST_OVERDUE_EACH = 20;

/**
 * Deliveries that are left to make. A delivery is due at some time; whoever claims it moves that time past the end of the
 * attempt, so that a dead worker's deliveries are due again. In a lane only the first has a time, the others wait.
 */
@Injectable()
export class DeliveryStore {
  private readonly kysely: SnsDatabase;

  constructor(
    database: Database,
    private readonly queue: WorkQueue,
  ) {
    this.kysely = snsDatabase(database);
  }

  /** Keeps a message for its recipients and rings, when the transaction commits. Without recipients nothing is kept. */
  async enqueue(
    transaction: SnsTransaction,
    { account, region, name }: TopicRef,
    { id, content, recipients, lane }: NewMessage,
  ): Promise<void> {
    if (recipients.length === 0) return;
    if (lane !== undefined) await lockLane(transaction, { account, region, name }, lane);
    const busy = await busySubscriptions(transaction, recipients, lane);
    await transaction
      .insertInto('sns_messages')
      .values({
        id,
        account,
        region,
        topic: name,
        content: JSON.stringify(content),
        n_pending: recipients.length,
        published_at: new Date(),
      })
      .execute();
    const rows = recipients.map((recipient) => ({
      ...recipient,
      id: randomUUID(),
      message: id,
      lane: lane ?? null,
      due_at: busy.has(recipient.subscription) ? sql`'infinity'::timestamptz` : sql`now()`,
    }));
    await transaction.insertInto('sns_deliveries').values(rows).execute();
    for (const { id: delivery, subscription } of rows) {
      if (!busy.has(subscription)) await this.ring(delivery, { transaction });
    }
  }

  /** undefined where there is no such delivery any more. */
  async peek(id: string): Promise<DeliveryState | undefined> {
    return this.kysely
      .selectFrom('sns_deliveries')
      .select([
        'subscription',
        sql<number>`case when due_at = 'infinity' then 'infinity'
          else greatest(0, extract(epoch from due_at - now()) * 1000) end::float8`.as('waitMs'),
      ])
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** Takes a delivery for the time of an attempt; undefined if it is not due, or another worker was faster. */
  async claim(id: string, forMs: number): Promise<Delivery | undefined> {
    const claimed = await this.kysely
      .updateTable('sns_deliveries')
      .set({ due_at: inMs(forMs) })
      .where('id', '=', id)
      .where('due_at', '<=', sql<Date>`now()`)
      .returningAll()
      .executeTakeFirst();
    if (!claimed) return undefined;
    const message = await this.kysely
      .selectFrom('sns_messages')
      .selectAll()
      .where('id', '=', claimed.message)
      .executeTakeFirstOrThrow();
    return {
      id,
      messageId: message.id,
      topic: { account: message.account, region: message.region, name: message.topic },
      // What is stored was written by `enqueue`.
      content: message.content as MessageContent,
      protocol: claimed.protocol as Protocol,
      publishedAt: message.published_at,
      subscription: claimed.subscription,
      endpoint: claimed.endpoint,
      lane: claimed.lane ?? undefined,
      nFailures: claimed.n_failures,
      isDead: claimed.is_dead,
    };
  }

  /** Gives a claim back: nothing was tried. */
  async release(id: string, waitMs = 0): Promise<void> {
    await this.kysely
      .updateTable('sns_deliveries')
      .set({ due_at: inMs(waitMs) })
      .where('id', '=', id)
      .execute();
  }

  /** Notes a failure; the delivery is due again after the delay. */
  async retryLater({ id, nFailures, isDead }: Delivery, delayMs: number, error: string): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      const failed = { nFailures: nFailures + 1, isDead };
      await this.setFailure(transaction, id, failed, delayMs, error);
      await this.ring(id, { transaction, ...failed, delayMs });
    });
  }

  /** From now on the delivery is one to the dead-letter queue, whose failures are counted anew. */
  async bury({ id }: Delivery, error: string, delayMs: number): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      const dead = { nFailures: 1, isDead: true };
      await this.setFailure(transaction, id, dead, delayMs, error);
      await this.ring(id, { transaction, ...dead, delayMs });
    });
  }

  /** Removes a delivery that was made or given up, the message with its last one, and wakes the next of its lane. */
  async finish({ id, messageId, subscription, topic, lane }: Delivery): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      if (lane !== undefined) await lockLane(transaction, topic, lane);
      const gone = await transaction
        .deleteFrom('sns_deliveries')
        .where('id', '=', id)
        .returning('id')
        .executeTakeFirst();
      if (!gone) return;
      const message = await transaction
        .updateTable('sns_messages')
        .set((column) => ({ n_pending: column('n_pending', '-', 1) }))
        .where('id', '=', messageId)
        .returning('n_pending')
        .executeTakeFirst();
      if (message?.n_pending === 0) await transaction.deleteFrom('sns_messages').where('id', '=', messageId).execute();
      if (lane !== undefined) await this.wakeNext(transaction, subscription, lane);
    });
  }

  /**
   * Rings for deliveries that have been due for a while: a ring was lost, or a worker died. Of each subscription a few, so
   * that the many of one that is slow do not hide those of others.
   * @returns how many
   */
  async ringOverdue(overdueMs: number, most: number): Promise<number> {
    const overdue = this.kysely
      .selectFrom('sns_deliveries')
      .select(['id', 'n_failures', 'is_dead'])
      .select(sql<number>`row_number() over (partition by subscription order by due_at)`.as('rank'))
      .where('due_at', '<', inMs(-overdueMs));
    const rows = await this.kysely
      .selectFrom(overdue.as('overdue'))
      .selectAll()
      .where('rank', '<=', MOST_OVERDUE_EACH)
      .orderBy('rank')
      .limit(most)
      .execute();
    return this.ringFor(rows);
  }

  /**
   * Rings for deliveries of a subscription that are due.
   * @returns how many
   */
  async ringDue(subscription: string, most: number): Promise<number> {
    const rows = await this.kysely
      .selectFrom('sns_deliveries')
      .select(['id', 'n_failures', 'is_dead'])
      .where('subscription', '=', subscription)
      .where('due_at', '<=', sql<Date>`now()`)
      .orderBy('due_at')
      .limit(most)
      .execute();
    return this.ringFor(rows);
  }

  private async ringFor(rows: readonly { id: string; n_failures: number; is_dead: boolean }[]): Promise<number> {
    for (const { id, n_failures, is_dead } of rows) await this.ring(id, { nFailures: n_failures, isDead: is_dead });
    return rows.length;
  }

  private async setFailure(
    transaction: SnsTransaction,
    id: string,
    { nFailures, isDead }: { nFailures: number; isDead: boolean },
    delayMs: number,
    error: string,
  ): Promise<void> {
    await transaction
      .updateTable('sns_deliveries')
      .set({ n_failures: nFailures, is_dead: isDead, last_error: error.slice(0, 1000), due_at: inMs(delayMs) })
      .where('id', '=', id)
      .execute();
  }

  private async wakeNext(transaction: SnsTransaction, subscription: string, lane: string): Promise<void> {
    const next = await transaction
      .selectFrom('sns_deliveries')
      .select('id')
      .where((is) => is.and({ subscription, lane }))
      .orderBy('position')
      .limit(1)
      .executeTakeFirst();
    if (!next) return;
    await transaction
      .updateTable('sns_deliveries')
      .set({ due_at: sql`now()` })
      .where('id', '=', next.id)
      .execute();
    await this.ring(next.id, { transaction });
  }

  /** One ring for each attempt: a second one of the same attempt is dropped while the first waits. */
  private ring(
    id: string,
    ring: { transaction?: SnsTransaction; nFailures?: number; isDead?: boolean; delayMs?: number },
  ): Promise<void> {
    const { transaction, nFailures = 0, isDead = false, delayMs } = ring;
    const attempt = `${isDead ? 'd' : 'a'}${nFailures}`;
    return this.queue.add({ queue: DELIVERY_QUEUE, id: `${id}.${attempt}`, delayMs }, transaction);
  }
}

/** The delivery that an entry of the queue names. */
export const deliveryOf = (entryId: string): string => entryId.split('.', 1)[0] ?? '';

const inMs = (ms: number) => sql<Date>`now() + make_interval(secs => ${ms / 1000}::float8)`;

/** Whoever adds to a lane or takes from it does so alone, so that nothing is left behind without a time. */
async function lockLane(transaction: SnsTransaction, { account, region, name }: TopicRef, lane: string): Promise<void> {
  const key = ['sns lane', account, region, name, lane].join('\n');
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(transaction);
}

/** Subscriptions that have an earlier delivery of the lane. */
async function busySubscriptions(
  transaction: SnsTransaction,
  recipients: readonly Recipient[],
  lane: string | undefined,
): Promise<ReadonlySet<string>> {
  if (lane === undefined) return new Set();
  const ids = recipients.map(({ subscription }) => subscription);
  const rows = await transaction
    .selectFrom('sns_deliveries')
    .select('subscription')
    .distinct()
    .where('subscription', 'in', ids)
    .where('lane', '=', lane)
    .execute();
  return new Set(rows.map(({ subscription }) => subscription));
}
