import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Recipient } from '../delivery/delivery.js';
import { DeliveryStore } from '../delivery/delivery-store.js';
import type { SnsTransaction } from '../records/sns-tables.js';
import { filterableAttributes, filterableBody, parseFilterPolicy } from '../subscriptions/filter-policy.js';
import { scopeOf } from '../subscriptions/subscription-attributes.js';
import { SubscriptionStore, type Subscription } from '../subscriptions/subscription-store.js';
import { isFifoName, type TopicRef } from '../topics/topic-arn.js';
import { TopicStore, type Topic } from '../topics/topic-store.js';
import { messageFor, type MessageContent } from './message-content.js';

export interface Published {
  readonly messageId: string;
  /** Of FIFO topics. */
  readonly sequenceNumber?: string;
}

/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html (read 2026-11) */
const DEDUPLICATION_MINUTES = 5;

/** Takes messages: once it has answered, everyone who is to be told will be. */
@Injectable()
export class Publisher {
  constructor(
    private readonly topics: TopicStore,
    private readonly subscriptions: SubscriptionStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  /**
   * Keeps a message and what is to be delivered, in one transaction.
   * @param order messages of one such group are delivered in their order, on standard topics too
   */
  publish(topic: Topic, content: MessageContent, order?: string): Promise<Published> {
    return this.subscriptions.transaction((transaction) =>
      isFifoName(topic.name)
        ? this.publishOnce(transaction, topic, content)
        : this.deliver(transaction, topic, content, { lane: order && laneOf('order', order) }),
    );
  }

  /** On a FIFO topic: numbered, and not again what was published a moment ago. */
  private async publishOnce(transaction: SnsTransaction, ref: Topic, content: MessageContent): Promise<Published> {
    // Publishers to one topic wait for each other from here on, so that numbers are in the order of deliveries.
    const topic = await this.topics.lock(transaction, ref);
    const { groupId = '', deduplicationId = '' } = content;
    const place = { account: topic.account, region: topic.region, topic: topic.name };
    const scope = topic.attributes['FifoThroughputScope'] === 'MessageGroup' ? groupId : '';
    const key = { ...place, scope, deduplication_id: deduplicationId };
    await transaction
      .deleteFrom('sns_deduplications')
      .where((is) => is.and(place))
      .where('expires_at', '<=', sql<Date>`now()`)
      .execute();
    const earlier = await transaction
      .selectFrom('sns_deduplications')
      .select(['message', 'sequence'])
      .where((is) => is.and(key))
      .executeTakeFirst();
    if (earlier) return { messageId: earlier.message, sequenceNumber: sequenceNumber(earlier.sequence) };
    const sequence = await this.topics.nextSequence(transaction, topic);
    const numbered = { ...content, sequenceNumber: sequenceNumber(sequence) };
    const messageId = randomUUID();
    const expires_at = sql`now() + make_interval(mins => ${DEDUPLICATION_MINUTES})`;
    await transaction
      .insertInto('sns_deduplications')
      .values({ ...key, message: messageId, sequence, expires_at })
      .execute();
    await this.deliver(transaction, topic, numbered, { lane: laneOf('group', groupId), messageId });
    return { messageId, sequenceNumber: numbered.sequenceNumber };
  }

  private async deliver(
    transaction: SnsTransaction,
    topic: TopicRef,
    content: MessageContent,
    { lane, messageId = randomUUID() }: { lane?: string | undefined; messageId?: string },
  ): Promise<Published> {
    const all = await this.subscriptions.confirmed(transaction, topic);
    const recipients = all.filter((subscription) => wants(subscription, content)).map(toRecipient);
    await this.deliveries.enqueue(transaction, topic, { id: messageId, content, recipients, lane });
    return { messageId };
  }
}

/** Whether a subscription's filter policy lets a message through. */
function wants({ attributes, protocol }: Subscription, content: MessageContent): boolean {
  const text = attributes['FilterPolicy'];
  if (text === undefined) return true;
  const scope = scopeOf(attributes);
  const pattern = parseFilterPolicy(text, scope);
  if (!pattern) return true;
  const judged =
    scope === 'MessageBody' ? filterableBody(messageFor(protocol, content)) : filterableAttributes(content.attributes);
  return judged !== undefined && pattern.matches(judged);
}

const toRecipient = ({ id, protocol, endpoint }: Subscription): Recipient => ({ subscription: id, protocol, endpoint });

/** A name of fixed length, whatever the group is called. */
const laneOf = (kind: 'group' | 'order', group: string): string =>
  createHash('sha256').update(`${kind}\n${group}`).digest('base64url');

/** Twenty digits, so that numbers sort as texts. */
const sequenceNumber = (sequence: number): string => `1${String(sequence).padStart(19, '0')}`;
