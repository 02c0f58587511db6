import { Injectable } from '@nestjs/common';
import { cutPage, type Call, type Handler } from '@lantern/aws-protocol';
import type {
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  ListSubscriptionsInput,
  ListSubscriptionsResponse,
  SnsApi,
  Subscription as SubscriptionMember,
} from '../api/index.js';
import { SubscriptionStore, type Subscription } from '../subscriptions/subscription-store.js';
import { ownTopic, subscriptionArn, topicArn } from '../topics/topic-arn.js';
import { TopicStore } from '../topics/topic-store.js';
import { PAGE_SIZE, pageStart } from './pages.js';

type Operations = typeof SnsApi.operations;

/** Lists the caller's subscriptions, a hundred at a time. */
@Injectable()
export class ListSubscriptionsHandler implements Handler<Operations['ListSubscriptions']> {
  constructor(private readonly subscriptions: SubscriptionStore) {}

  handle({ NextToken }: ListSubscriptionsInput, { account, region }: Call): Promise<ListSubscriptionsResponse> {
    return readPage(this.subscriptions, { account, region }, NextToken);
  }
}

/** Lists the subscriptions of one topic, a hundred at a time. */
@Injectable()
export class ListSubscriptionsByTopicHandler implements Handler<Operations['ListSubscriptionsByTopic']> {
  constructor(
    private readonly topics: TopicStore,
    private readonly subscriptions: SubscriptionStore,
  ) {}

  async handle(input: ListSubscriptionsByTopicInput, call: Call): Promise<ListSubscriptionsByTopicResponse> {
    const { account, region, name: topic } = await this.topics.require(ownTopic(input.TopicArn, call));
    return readPage(this.subscriptions, { account, region, topic }, input.NextToken);
  }
}

async function readPage(
  store: SubscriptionStore,
  scope: { account: string; region: string; topic?: string },
  token: string | undefined,
): Promise<ListSubscriptionsResponse> {
  const list = ['sns/subscriptions', scope.account, scope.region, scope.topic ?? ''].join('\n');
  const found = await store.list(scope, pageStart(list, token), PAGE_SIZE + 1);
  const { items, nextToken } = cutPage(list, found, PAGE_SIZE, ({ id }) => id);
  return { Subscriptions: items.map(toMember), NextToken: nextToken };
}

const toMember = (subscription: Subscription): SubscriptionMember => ({
  SubscriptionArn: subscription.isConfirmed ? subscriptionArn(subscription) : 'PendingConfirmation',
  Owner: subscription.topic.account,
  Protocol: subscription.protocol,
  Endpoint: subscription.endpoint,
  TopicArn: topicArn(subscription.topic),
});
