import { notImplementedError } from '@lantern/aws-protocol';
import { effectivePolicy, parseSubscriptionDeliveryPolicy } from '../delivery/delivery-policy.js';
import type { Attributes } from '../records/sns-tables.js';
import { invalidParameter } from '../refusals.js';
import { subscriptionArn, topicArn } from '../topics/topic-arn.js';
import { parseQueueArn, type Protocol } from './endpoint.js';
import { parseFilterPolicy, type FilterPolicyScope } from './filter-policy.js';
import type { Subscription } from './subscription-store.js';

/** Attributes of AWS that nothing here could honour. */
const refused: Readonly<Record<string, string>> = {
  SubscriptionRoleArn: 'there are no delivery streams to write to',
  ReplayPolicy: 'messages are not archived, so they cannot be replayed',
};

/** What an attribute is checked against. */
interface Target {
  readonly protocol: Protocol;
  /** The topic's owner and place. */
  readonly account: string;
  readonly region: string;
  /** All attributes with their new values. */
  readonly attributes: Attributes;
}

type Check = (value: string, target: Target) => void;

/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html (read 2026-11) */
const settable: Readonly<Record<string, Check>> = {
  RawMessageDelivery: (value) => {
    if (!['true', 'false'].includes(value)) {
      throw invalidParameter('Attributes', `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    }
  },
  FilterPolicy: (value, { attributes }) => void parseFilterPolicy(value, scopeOf(attributes)),
  FilterPolicyScope: (value, { attributes }) => {
    if (value !== 'MessageAttributes' && value !== 'MessageBody') {
      throw invalidParameter(
        'Attributes',
        `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
      );
    }
    // A policy that was written for the body may not hold for attributes.
    parseFilterPolicy(attributes['FilterPolicy'] ?? '{}', value);
  },
  RedrivePolicy: (value, target) => void readRedrivePolicy(value, target),
  DeliveryPolicy: (value, { protocol }) => {
    if (protocol === 'sqs') {
      throw invalidParameter('Delivery policy', 'can not be set for a subscription with protocol sqs');
    }
    parseSubscriptionDeliveryPolicy(value);
  },
};

/** Which part of messages the filter policy judges. */
export const scopeOf = ({ FilterPolicyScope }: Attributes): FilterPolicyScope =>
  FilterPolicyScope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes';

/**
 * Checks attributes that a caller sets and returns all attributes with them; an empty value resets one.
 * @throws InvalidParameterException
 */
export function setAttributes(
  target: Omit<Target, 'attributes'>,
  old: Attributes,
  changes: Readonly<Record<string, string>>,
): Attributes {
  const attributes = Object.fromEntries(Object.entries({ ...old, ...changes }).filter(([, value]) => value !== ''));
  for (const [name, value] of Object.entries(changes)) {
    const reason = Object.hasOwn(refused, name) ? refused[name] : undefined;
    if (reason !== undefined) throw notImplementedError('SNS', `subscription attribute ${name}`, reason);
    const check = Object.hasOwn(settable, name) ? settable[name] : undefined;
    if (!check) throw invalidParameter('AttributeName');
    if (value !== '') check(value, { ...target, attributes });
  }
  return attributes;
}

/** What GetSubscriptionAttributes tells. */
export function describeSubscription(
  subscription: Subscription,
  topicPolicy: string | undefined,
): Record<string, string> {
  const { topic, protocol, endpoint, attributes } = subscription;
  return {
    RawMessageDelivery: 'false',
    ...(attributes['FilterPolicy'] !== undefined && { FilterPolicyScope: 'MessageAttributes' }),
    ...attributes,
    SubscriptionArn: subscriptionArn(subscription),
    TopicArn: topicArn(topic),
    Owner: topic.account,
    Protocol: protocol,
    Endpoint: endpoint,
    PendingConfirmation: String(!subscription.isConfirmed),
    ConfirmationWasAuthenticated: String(subscription.wasConfirmedWithSignature),
    ...(protocol !== 'sqs' && {
      EffectiveDeliveryPolicy: JSON.stringify({
        ...effectivePolicy(topicPolicy, attributes['DeliveryPolicy']),
        sicklyRetryPolicy: null,
        guaranteed: false,
      }),
    }),
  };
}

/**
 * The ARN of the dead-letter queue that a redrive policy names.
 * @throws InvalidParameterException
 */
export function readRedrivePolicy(text: string, { account, region }: Pick<Target, 'account' | 'region'>): string {
  const policy = parseJson(text);
  const arn =
    typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy
      ? policy.deadLetterTargetArn
      : undefined;
  const queue = typeof arn === 'string' ? parseQueueArn(arn) : undefined;
  if (typeof arn !== 'string' || !queue) throw invalidParameter('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  if (queue.account !== account || queue.region !== region) {
    throw invalidParameter(
      'RedrivePolicy: The dead-letter queue must be in the account and region of the subscription',
    );
  }
  return arn;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidParameter('RedrivePolicy: failed to parse JSON.');
  }
}
