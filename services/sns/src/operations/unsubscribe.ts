import { Injectable } from '@nestjs/common';
import { isAnonymous, type Call, type Handler } from '@lantern/aws-protocol';
import type { SnsApi, UnsubscribeInput } from '../api/index.js';
import { invalidParameter, notAuthorized } from '../refusals.js';
import { Confirmations } from '../subscriptions/confirmations.js';
import { SubscriptionStore } from '../subscriptions/subscription-store.js';
import { ownSubscription, parseSubscriptionArn } from '../topics/topic-arn.js';

/**
 * Ends a subscription. Whoever has the link of a message needs no signature, unless that was demanded at the
 * confirmation; webhooks are told.
 */
@Injectable()
export class UnsubscribeHandler implements Handler<(typeof SnsApi.operations)['Unsubscribe']> {
  constructor(
    private readonly subscriptions: SubscriptionStore,
    private readonly confirmations: Confirmations,
  ) {}

  async handle({ SubscriptionArn }: UnsubscribeInput, call: Call): Promise<Record<string, never>> {
    const ref = isAnonymous(call) ? parseSubscriptionArn(SubscriptionArn) : ownSubscription(SubscriptionArn, call);
    const subscription = await this.subscriptions.find(ref);
    // Asking twice is harmless.
    if (!subscription) return {};
    if (isAnonymous(call) && subscription.needsSignatureToUnsubscribe) {
      throw notAuthorized(call.principal.arn, 'Unsubscribe', SubscriptionArn);
    }
    if (!subscription.isConfirmed) {
      throw invalidParameter('SubscriptionArn', 'The subscription is pending confirmation and cannot be removed');
    }
    await this.subscriptions.transaction(async (transaction) => {
      const removed = await this.subscriptions.remove(transaction, ref);
      if (removed && removed.protocol !== 'sqs') await this.confirmations.tellRemoval(transaction, removed);
    });
    return {};
  }
}
