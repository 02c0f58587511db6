import { notImplementedError } from '@lantern/aws-protocol';
import { effectiveTopicPolicy, parseTopicDeliveryPolicy } from '../delivery/delivery-policy.js';
import type { Attributes } from '../records/sns-tables.js';
import { invalidParameter } from '../refusals.js';
import { isFifoName, topicArn } from './topic-arn.js';
import { defaultPolicy, parsePolicy } from './topic-policy.js';
import type { Topic, TopicCounts } from './topic-store.js';

type Check = (value: string, isFifo: boolean) => void;

/** https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html (read 2026-11) */
const settable: Readonly<Record<string, Check>> = {
  DisplayName: (value) => requireThat(value.length <= 100, 'DisplayName', 'Must be at most 100 characters long'),
  Policy: (value) => void parsePolicy(value),
  DeliveryPolicy: (value) => void parseTopicDeliveryPolicy(value),
  SignatureVersion: (value) => requireOneOf('SignatureVersion', value, ['1', '2']),
  TracingConfig: (value) => {
    requireOneOf('TracingConfig', value, ['PassThrough', 'Active']);
    if (value === 'Active') throw refusal('calls are not traced');
  },
  ContentBasedDeduplication: (value, isFifo) => {
    requireThat(isFifo, 'ContentBasedDeduplication', 'Content-based deduplication can only be set for FIFO topics');
    requireOneOf('ContentBasedDeduplication', value, ['true', 'false']);
  },
  FifoThroughputScope: (value, isFifo) => {
    requireThat(isFifo, 'FifoThroughputScope', 'Throughput scope can only be set for FIFO topics');
    requireOneOf('FifoThroughputScope', value, ['Topic', 'MessageGroup']);
  },
};

/** Attributes of AWS that nothing here could honour. */
const refused: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^KmsMasterKeyId$/, 'there is no key management service; messages lie in the database until they are delivered'],
  [/^ArchivePolicy$/, 'messages are not archived, so they cannot be replayed'],
  [/^(HTTP|SQS|Lambda|Firehose|Application)(Success|Failure)Feedback/, 'deliveries are not logged to CloudWatch'],
];

const refusal = (reason: string) => notImplementedError('SNS', 'SetTopicAttributes', reason);

/**
 * Checks an attribute that a caller sets.
 * @param value empty resets the attribute
 */
export function checkTopicAttribute(name: string, value: string, isFifo: boolean): void {
  for (const [pattern, reason] of refused) if (pattern.test(name) && value !== '') throw refusal(reason);
  const check = Object.hasOwn(settable, name) ? settable[name] : undefined;
  if (check) {
    if (value !== '') check(value, isFifo);
  } else if (!refused.some(([pattern]) => pattern.test(name))) throw invalidParameter('AttributeName');
}

/** Checks the attributes of a new topic; only then it becomes a FIFO topic. */
export function checkNewTopic(name: string, { FifoTopic = 'false', ...others }: Attributes): void {
  requireOneOf('FifoTopic', FifoTopic, ['true', 'false']);
  if (isFifoName(name) !== (FifoTopic === 'true')) {
    throw invalidParameter(
      'Topic Name',
      FifoTopic === 'true'
        ? 'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.'
        : undefined,
    );
  }
  for (const [attribute, value] of Object.entries(others)) checkTopicAttribute(attribute, value, isFifoName(name));
}

/** What GetTopicAttributes tells. */
export function describeTopic(topic: Topic, counts: TopicCounts): Record<string, string> {
  const { attributes, account } = topic;
  const arn = topicArn(topic);
  const isFifo = isFifoName(topic.name);
  return {
    Policy: defaultPolicy(arn, account),
    DisplayName: '',
    ...(isFifo && { ContentBasedDeduplication: 'false', FifoThroughputScope: 'Topic' }),
    ...attributes,
    Owner: account,
    TopicArn: arn,
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsPending: String(counts.pending),
    SubscriptionsDeleted: String(topic.subscriptionsDeleted),
    EffectiveDeliveryPolicy: JSON.stringify(effectiveTopicPolicy(attributes['DeliveryPolicy'])),
    ...(isFifo && { FifoTopic: 'true' }),
  };
}

function requireThat(holds: boolean, attribute: string, reason: string): void {
  if (!holds) throw invalidParameter('Attributes', `${attribute}: ${reason}`);
}

function requireOneOf(attribute: string, value: string, values: readonly string[]): void {
  const list = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  requireThat(values.includes(value), attribute, `Invalid value [${value}]. Must be ${list}.`);
}
