import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import type {
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  SetSubscriptionAttributesInput,
  SnsApi,
} from '../api/index.js';
import { describeSubscription, setAttributes } from '../subscriptions/subscription-attributes.js';
import { SubscriptionStore } from '../subscriptions/subscription-store.js';
import { ownSubscription } from '../topics/topic-arn.js';
import { TopicStore } from '../topics/topic-store.js';

type Operations = typeof SnsApi.operations;

/** Tells everything about a subscription. */
@Injectable()
export class GetSubscriptionAttributesHandler implements Handler<Operations['GetSubscriptionAttributes']> {
  constructor(
    private readonly topics: TopicStore,
    private readonly subscriptions: SubscriptionStore,
  ) {}

  async handle(input: GetSubscriptionAttributesInput, call: Call): Promise<GetSubscriptionAttributesResponse> {
    const ref = ownSubscription(input.SubscriptionArn, call);
    const subscription = await this.subscriptions.require(ref);
    const topic = await this.topics.require(ref.topic);
    return { Attributes: describeSubscription(subscription, topic.attributes['DeliveryPolicy']) };
  }
}

/** Sets one attribute, or resets it with an empty value. */
@Injectable()
export class SetSubscriptionAttributesHandler implements Handler<Operations['SetSubscriptionAttributes']> {
  constructor(private readonly subscriptions: SubscriptionStore) {}

  async handle(input: SetSubscriptionAttributesInput, call: Call): Promise<Record<string, never>> {
    const { SubscriptionArn, AttributeName: name, AttributeValue: value = '' } = input;
    await this.subscriptions.change(ownSubscription(SubscriptionArn, call), ({ protocol, topic, attributes }) =>
      setAttributes({ protocol, account: topic.account, region: topic.region }, attributes, { [name]: value }),
    );
    return {};
  }
}
