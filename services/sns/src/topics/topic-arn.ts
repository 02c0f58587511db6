import { formatArn, parseArn, type Arn, type Call } from '@lantern/aws-protocol';
import { invalidParameter, notAuthorized } from '../refusals.js';

/** Where a topic lives. */
export interface TopicRef {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Which subscription of which topic. */
export interface SubscriptionRef {
  readonly topic: TopicRef;
  /** A UUID. */
  readonly id: string;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html (read 2026-11) */
export const topicName = /^(?:[\w-]{1,256}|[\w-]{1,251}\.fifo)$/;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export const isFifoName = (name: string): boolean => name.endsWith('.fifo');

export const topicArn = ({ account, region, name }: TopicRef): string =>
  formatArn({ service: 'sns', region, account, resource: name });

export const subscriptionArn = ({ topic, id }: SubscriptionRef): string => `${topicArn(topic)}:${id}`;

/**
 * Reads the ARN of a topic, whoever's it is.
 * @param member the request's member, for the complaint
 */
export function parseTopicArn(text: string, member = 'TopicArn'): TopicRef {
  const { region, account, resource } = parseSnsArn(text, member);
  if (!topicName.test(resource)) throw invalidParameter(member);
  return { account, region, name: resource };
}

/** Reads the ARN of a subscription, whoever's it is. */
export function parseSubscriptionArn(text: string): SubscriptionRef {
  const { region, account, resource } = parseSnsArn(text, 'SubscriptionArn');
  const [name = '', id = '', ...more] = resource.split(':');
  if (!topicName.test(name) || !uuid.test(id) || more.length > 0) throw invalidParameter('SubscriptionArn');
  return { topic: { account, region, name }, id };
}

/** Reads the ARN of one of the caller's topics. @throws AuthorizationErrorException where it is another account's */
export function ownTopic(text: string, call: Call, member = 'TopicArn'): TopicRef {
  const topic = parseTopicArn(text, member);
  requireOwn(topic, text, call, member);
  return topic;
}

/** Reads the ARN of one of the caller's subscriptions. @throws AuthorizationErrorException where it is another account's */
export function ownSubscription(text: string, call: Call): SubscriptionRef {
  const subscription = parseSubscriptionArn(text);
  requireOwn(subscription.topic, text, call, 'SubscriptionArn');
  return subscription;
}

function requireOwn({ account, region }: TopicRef, text: string, call: Call, member: string): void {
  if (account !== call.account) throw notAuthorized(call.principal.arn, call.operation, text);
  if (region !== call.region) throw invalidParameter(member);
}

function parseSnsArn(text: string, member: string): Arn {
  const nElements = text.split(':').length;
  if (nElements < 6) {
    throw invalidParameter(member, `An ARN must have at least 6 elements, not ${nElements}`);
  }
  const arn = parseArn(text);
  if (arn?.service !== 'sns' || !/^\d{12}$/.test(arn.account)) throw invalidParameter(member);
  return arn;
}
