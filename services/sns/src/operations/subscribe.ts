import { Injectable } from '@nestjs/common';
import { isAnonymous, type Call, type Handler } from '@lantern/aws-protocol';
import { OutboundHttp } from '@lantern/outbound';
import type {
  ConfirmSubscriptionInput,
  ConfirmSubscriptionResponse,
  SnsApi,
  SubscribeInput,
  SubscribeResponse,
} from '../api/index.js';
import { invalidParameter, notAuthorized } from '../refusals.js';
import { Confirmations } from '../subscriptions/confirmations.js';
import { findToken } from '../subscriptions/confirmation-tokens.js';
import { checkEndpoint } from '../subscriptions/endpoint.js';
import { setAttributes } from '../subscriptions/subscription-attributes.js';
import { SubscriptionStore } from '../subscriptions/subscription-store.js';
import { isSameMap } from '../topics/tags.js';
import { ownTopic, parseTopicArn, subscriptionArn } from '../topics/topic-arn.js';
import { TopicStore } from '../topics/topic-store.js';

type Operations = typeof SnsApi.operations;

/** Subscribes a queue at once, and a webhook once it has confirmed. */
@Injectable()
export class SubscribeHandler implements Handler<Operations['Subscribe']> {
  constructor(
    private readonly topics: TopicStore,
    private readonly subscriptions: SubscriptionStore,
    private readonly confirmations: Confirmations,
    private readonly outbound: OutboundHttp,
  ) {}

  async handle(input: SubscribeInput, call: Call): Promise<SubscribeResponse> {
    const ref = ownTopic(input.TopicArn, call);
    const topic = await this.topics.require(ref);
    const { protocol, endpoint } = await checkEndpoint(input, topic, call, this.outbound);
    const given = input.Attributes ?? {};
    const attributes = setAttributes({ protocol, account: ref.account, region: ref.region }, {}, given);
    const isConfirmed = protocol === 'sqs';
    const found = await this.subscriptions.transaction(async (transaction) => {
      const wanted = { protocol, endpoint, attributes, isConfirmed };
      const { subscription, isNew } = await this.subscriptions.create(transaction, ref, wanted);
      if (!isNew && Object.keys(given).length > 0 && !isSameMap(attributes, subscription.attributes)) {
        throw invalidParameter('Attributes', 'Subscription already exists with different attributes');
      }
      if (!subscription.isConfirmed) await this.confirmations.askToConfirm(transaction, subscription);
      return subscription;
    });
    const isTold = found.isConfirmed || input.ReturnSubscriptionArn === true;
    return { SubscriptionArn: isTold ? subscriptionArn(found) : 'pending confirmation' };
  }
}

/** Confirms with the token that the endpoint was sent; whoever has it needs no signature. */
@Injectable()
export class ConfirmSubscriptionHandler implements Handler<Operations['ConfirmSubscription']> {
  constructor(
    private readonly topics: TopicStore,
    private readonly subscriptions: SubscriptionStore,
  ) {}

  async handle(input: ConfirmSubscriptionInput, call: Call): Promise<ConfirmSubscriptionResponse> {
    const { TopicArn, Token, AuthenticateOnUnsubscribe } = input;
    const topic = parseTopicArn(TopicArn);
    const withSignature = !isAnonymous(call);
    const onlySignedUnsubscribe = AuthenticateOnUnsubscribe?.toLowerCase() === 'true';
    if (onlySignedUnsubscribe && !withSignature) {
      throw notAuthorized(call.principal.arn, 'ConfirmSubscription with AuthenticateOnUnsubscribe', TopicArn);
    }
    await this.topics.require(topic);
    return this.subscriptions.transaction(async (transaction) => {
      const target = await findToken(transaction, topic, Token);
      if (!target) throw invalidParameter('Token');
      // Whoever unsubscribed comes back with the token that came with the news of it.
      const wanted = { ...target, attributes: {}, isConfirmed: true };
      const { subscription } = await this.subscriptions.create(transaction, topic, wanted, target.id);
      await this.subscriptions.confirm(transaction, subscription.id, { withSignature, onlySignedUnsubscribe });
      return { SubscriptionArn: subscriptionArn(subscription) };
    });
  }
}
