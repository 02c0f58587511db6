import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DeliveryStore } from '../delivery/delivery-store.js';
import type { SnsTransaction } from '../records/sns-tables.js';
import { subscriptionArn, topicArn } from '../topics/topic-arn.js';
import { issueToken, type TokenTarget } from './confirmation-tokens.js';

/** Asks endpoints whether they want to be told, and tells them that they will not be any more. */
@Injectable()
export class Confirmations {
  constructor(private readonly deliveries: DeliveryStore) {}

  /** Sends a token with which the endpoint confirms. */
  askToConfirm(transaction: SnsTransaction, target: TokenTarget): Promise<void> {
    const message = `You have chosen to subscribe to the topic ${topicArn(target.topic)}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
    return this.send(transaction, target, 'SubscriptionConfirmation', message);
  }

  /** Sends a token with which the endpoint subscribes again. */
  tellRemoval(transaction: SnsTransaction, target: TokenTarget): Promise<void> {
    const message = `You have chosen to deactivate subscription ${subscriptionArn(target)}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
    return this.send(transaction, target, 'UnsubscribeConfirmation', message);
  }

  private async send(
    transaction: SnsTransaction,
    target: TokenTarget,
    type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
    message: string,
  ): Promise<void> {
    const token = await issueToken(transaction, target);
    const { id: subscription, topic, protocol, endpoint } = target;
    await this.deliveries.enqueue(transaction, topic, {
      id: randomUUID(),
      content: { type, message, token, attributes: {} },
      recipients: [{ subscription, protocol, endpoint }],
    });
  }
}
