import { Injectable } from '@nestjs/common';
import type { Attributes } from '../records/sns-tables.js';
import type { SignatureVersion } from '../signing/message-signer.js';
import { readRedrivePolicy } from '../subscriptions/subscription-attributes.js';
import { SubscriptionStore, type Subscription } from '../subscriptions/subscription-store.js';
import { TopicStore } from '../topics/topic-store.js';
import { effectivePolicy, type DeliveryPolicy } from './delivery-policy.js';
import type { Delivery } from './delivery.js';

/** What holds for one delivery at the time of an attempt. */
export interface Terms {
  readonly isRaw: boolean;
  readonly policy: DeliveryPolicy;
  readonly signatureVersion: SignatureVersion;
  /** ARN of the queue for what cannot be delivered. */
  readonly deadLetterQueue: string | undefined;
}

/** Finds the terms of deliveries in their topics and subscriptions. */
@Injectable()
export class TermsFinder {
  constructor(
    private readonly topics: TopicStore,
    private readonly subscriptions: SubscriptionStore,
  ) {}

  /** undefined where nobody wants to be told any more. */
  async find({ topic: ref, subscription: id, content }: Delivery): Promise<Terms | undefined> {
    const topic = await this.topics.find(ref);
    if (!topic) return undefined;
    const subscription = await this.subscriptions.find({ topic: ref, id });
    const isWanted = content.type === 'UnsubscribeConfirmation' || isOpenTo(content.type, subscription);
    return isWanted ? termsOf(topic.attributes, subscription) : undefined;
  }
}

/** Confirmations go to those who have not confirmed yet, messages to those who have. */
const isOpenTo = (type: string, subscription: Subscription | undefined): boolean =>
  subscription?.isConfirmed === (type === 'Notification');

function termsOf(topic: Attributes, subscription: Subscription | undefined): Terms {
  const own: Attributes = subscription?.attributes ?? {};
  const redrive = own['RedrivePolicy'];
  return {
    isRaw: own['RawMessageDelivery'] === 'true',
    policy: effectivePolicy(topic['DeliveryPolicy'], own['DeliveryPolicy']),
    signatureVersion: topic['SignatureVersion'] === '2' ? '2' : '1',
    deadLetterQueue: redrive && subscription ? readRedrivePolicy(redrive, subscription.topic) : undefined,
  };
}
