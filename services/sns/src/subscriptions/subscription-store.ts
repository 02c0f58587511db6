import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@lantern/store';
import { sql, type Selectable } from 'kysely';
import { NotFoundException } from '../api/index.js';
import {
  snsDatabase,
  type Attributes,
  type SnsDatabase,
  type SnsTables,
  type SnsTransaction,
} from '../records/sns-tables.js';
import type { SubscriptionRef, TopicRef } from '../topics/topic-arn.js';
import type { Protocol } from './endpoint.js';

export interface Subscription extends SubscriptionRef {
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** What was set. */
  readonly attributes: Attributes;
  readonly isConfirmed: boolean;
  readonly wasConfirmedWithSignature: boolean;
  readonly needsSignatureToUnsubscribe: boolean;
}

/** Who is to be told, and how. */
export interface NewSubscription {
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly attributes: Attributes;
  readonly isConfirmed: boolean;
}

/** The subscriptions of all accounts. */
@Injectable()
export class SubscriptionStore {
  private readonly kysely: SnsDatabase;

  constructor(database: Database) {
    this.kysely = snsDatabase(database);
  }

  /** Runs a change of several rows. */
  transaction<T>(change: (transaction: SnsTransaction) => Promise<T>): Promise<T> {
    return this.kysely.transaction().execute(change);
  }

  /** @returns the subscription of that endpoint, and whether it was there before */
  async create(
    transaction: SnsTransaction,
    topic: TopicRef,
    { protocol, endpoint, attributes, isConfirmed }: NewSubscription,
    id: string = randomUUID(),
  ): Promise<{ subscription: Subscription; isNew: boolean }> {
    const place = { account: topic.account, region: topic.region, topic: topic.name };
    const confirmed_at = isConfirmed ? new Date() : null;
    const row = await transaction
      .insertInto('sns_subscriptions')
      .values({ id, ...place, protocol, endpoint, attributes: JSON.stringify(attributes), confirmed_at })
      .onConflict((conflict) => conflict.columns(['account', 'region', 'topic', 'protocol', 'endpoint']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row) return { subscription: toSubscription(row), isNew: true };
    const existing = await transaction
      .selectFrom('sns_subscriptions')
      .selectAll()
      .where((is) => is.and({ ...place, protocol, endpoint }))
      .executeTakeFirstOrThrow();
    return { subscription: toSubscription(existing), isNew: false };
  }

  async find({ id, topic }: SubscriptionRef): Promise<Subscription | undefined> {
    const row = await this.kysely
      .selectFrom('sns_subscriptions')
      .selectAll()
      .where((is) => is.and({ id, account: topic.account, region: topic.region, topic: topic.name }))
      .executeTakeFirst();
    return row && toSubscription(row);
  }

  /** @throws NotFoundException */
  async require(ref: SubscriptionRef): Promise<Subscription> {
    return found(await this.find(ref));
  }

  /** Subscriptions of a scope, or of one topic of it, in the order of their ids, from behind `after`. */
  async list(
    { account, region, topic }: { account: string; region: string; topic?: string },
    after: string | undefined,
    size: number,
  ): Promise<Subscription[]> {
    let query = this.kysely
      .selectFrom('sns_subscriptions')
      .selectAll()
      .where((is) => is.and({ account, region, ...(topic !== undefined && { topic }) }));
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await query.orderBy('id').limit(size).execute();
    return rows.map(toSubscription);
  }

  /** Everyone who is told of a topic's messages. */
  async confirmed(transaction: SnsTransaction, { account, region, name }: TopicRef): Promise<Subscription[]> {
    const rows = await transaction
      .selectFrom('sns_subscriptions')
      .selectAll()
      .where((is) => is.and({ account, region, topic: name }))
      .where('confirmed_at', 'is not', null)
      .execute();
    return rows.map(toSubscription);
  }

  /**
   * Changes attributes; others who change the same subscription wait.
   * @throws NotFoundException
   */
  async change(ref: SubscriptionRef, change: (subscription: Subscription) => Attributes): Promise<void> {
    await this.transaction(async (transaction) => {
      const row = await transaction
        .selectFrom('sns_subscriptions')
        .selectAll()
        .where((is) => is.and({ id: ref.id, account: ref.topic.account }))
        .forUpdate()
        .executeTakeFirst();
      const attributes = JSON.stringify(change(found(row && toSubscription(row))));
      await transaction.updateTable('sns_subscriptions').set({ attributes }).where('id', '=', ref.id).execute();
    });
  }

  /** Notes a confirmation; a later one changes nothing but what it demands. */
  async confirm(
    transaction: SnsTransaction,
    id: string,
    { withSignature, onlySignedUnsubscribe }: { withSignature: boolean; onlySignedUnsubscribe: boolean },
  ): Promise<void> {
    await transaction
      .updateTable('sns_subscriptions')
      .set({
        confirmed_at: sql<Date>`coalesce(confirmed_at, now())`,
        ...(withSignature && { was_confirmed_with_signature: true }),
        ...(onlySignedUnsubscribe && { needs_signature_to_unsubscribe: true }),
      })
      .where('id', '=', id)
      .execute();
  }

  /** @returns what was removed; undefined if it is gone already */
  async remove(transaction: SnsTransaction, { id, topic }: SubscriptionRef): Promise<Subscription | undefined> {
    const row = await transaction
      .deleteFrom('sns_subscriptions')
      .where((is) => is.and({ id, account: topic.account, region: topic.region, topic: topic.name }))
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    await transaction
      .updateTable('sns_topics')
      .set((column) => ({ subscriptions_deleted: column('subscriptions_deleted', '+', 1) }))
      .where((is) => is.and({ account: topic.account, region: topic.region, name: topic.name }))
      .execute();
    return toSubscription(row);
  }
}

function found(subscription: Subscription | undefined): Subscription {
  if (!subscription) throw new NotFoundException('Subscription does not exist');
  return subscription;
}

function toSubscription(row: Selectable<SnsTables['sns_subscriptions']>): Subscription {
  return {
    id: row.id,
    topic: { account: row.account, region: row.region, name: row.topic },
    // Only these are ever subscribed.
    protocol: row.protocol as Protocol,
    endpoint: row.endpoint,
    attributes: row.attributes,
    isConfirmed: row.confirmed_at !== null,
    wasConfirmedWithSignature: row.was_confirmed_with_signature,
    needsSignatureToUnsubscribe: row.needs_signature_to_unsubscribe,
  };
}
