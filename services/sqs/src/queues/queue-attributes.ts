import { InvalidAttributeName, UnsupportedOperation } from '../api/index.js';
import { invalidAttribute, unknownAttribute } from '../refusals.js';
import { checkPolicy } from './queue-policy.js';
import { readRedriveAllowPolicy } from './redrive-policy.js';

/** What was set, by AWS's names. */
export type StoredQueueAttributes = Readonly<Record<string, string>>;

interface AttributeRule {
  /** What it is where it was not set; absent: nothing is said of it. */
  readonly initial?: string;
  /** Only FIFO queues have it. */
  readonly isFifoOnly?: true;
  /** The value to keep; an empty one takes the attribute away. Throws where it is refused. */
  readonly read: (value: string, name: string) => string;
}

const integer =
  (min: number, max: number) =>
  (value: string, name: string): string => {
    if (!/^\d{1,10}$/.test(value) || Number(value) < min || Number(value) > max) throw invalidAttribute(name);
    return String(Number(value));
  };

const truth = (value: string, name: string): string => {
  const lower = value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw invalidAttribute(name);
  return lower;
};

const oneOf =
  (...values: string[]) =>
  (value: string, name: string): string => {
    if (!values.includes(value)) throw invalidAttribute(name);
    return value;
  };

/** There are no keys to encrypt with, so naming one would promise what is not done. */
const noKey = (value: string): string => {
  if (value !== '') throw new UnsupportedOperation('Lantern has no key management: KmsMasterKeyId cannot be set.');
  return '';
};

const DAY_S = 86_400;
/** AWS's largest message since August 2025. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (read 2026-11) */
const rules: Readonly<Record<string, AttributeRule>> = {
  DelaySeconds: { initial: '0', read: integer(0, 900) },
  MaximumMessageSize: { initial: String(MAX_MESSAGE_BYTES), read: integer(1_024, MAX_MESSAGE_BYTES) },
  MessageRetentionPeriod: { initial: String(4 * DAY_S), read: integer(60, 14 * DAY_S) },
  ReceiveMessageWaitTimeSeconds: { initial: '0', read: integer(0, 20) },
  VisibilityTimeout: { initial: '30', read: integer(0, 43_200) },
  Policy: { read: checkPolicy },
  // The target must be looked up, which `QueueStore` does.
  RedrivePolicy: { read: (value) => value },
  RedriveAllowPolicy: { read: (value) => (value === '' ? '' : (readRedriveAllowPolicy(value), value)) },
  KmsMasterKeyId: { read: noKey },
  KmsDataKeyReusePeriodSeconds: { read: (value, name) => (integer(60, DAY_S)(value, name), '') },
  SqsManagedSseEnabled: { initial: 'false', read: truth },
  FifoQueue: { isFifoOnly: true, initial: 'true', read: truth },
  ContentBasedDeduplication: { isFifoOnly: true, initial: 'false', read: truth },
  DeduplicationScope: { isFifoOnly: true, initial: 'queue', read: oneOf('queue', 'messageGroup') },
  FifoThroughputLimit: { isFifoOnly: true, initial: 'perQueue', read: oneOf('perQueue', 'perMessageGroupId') },
};

/**
 * Checks attributes that a caller sets; those with an empty value are to be taken away.
 * @throws InvalidAttributeName, InvalidAttributeValue, UnsupportedOperation
 */
export function readQueueAttributes(given: Readonly<Record<string, string>>, isFifo: boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (!rule) throw unknownAttribute(name);
      if (rule.isFifoOnly && !isFifo) throw fifoOnly(name);
      return [name, rule.read(value, name)];
    }),
  );
}

const fifoOnly = (name: string) =>
  name === 'FifoQueue' || name === 'ContentBasedDeduplication'
    ? unknownAttribute(name)
    : new InvalidAttributeName(`You can specify the ${name} only when FifoQueue is set to true.`);

/** The attributes after a change, without those that were taken away. */
export function merged(
  stored: StoredQueueAttributes,
  changed: Readonly<Record<string, string>>,
): StoredQueueAttributes {
  return Object.fromEntries(Object.entries({ ...stored, ...changed }).filter(([, value]) => value !== ''));
}

/** An attribute as it holds: as set, or by default. */
export const effective = (stored: StoredQueueAttributes, name: string): string | undefined =>
  stored[name] ?? rules[name]?.initial;

/** All attributes that hold and can be set, by name. */
export function allEffective(stored: StoredQueueAttributes, isFifo: boolean): Record<string, string> {
  const entries = Object.entries(rules).flatMap(([name, { isFifoOnly }]) => {
    const value = isFifoOnly && !isFifo ? undefined : effective(stored, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** A numeric attribute as it holds. */
export const effectiveNumber = (
  stored: StoredQueueAttributes,
  name:
    | 'DelaySeconds'
    | 'MaximumMessageSize'
    | 'MessageRetentionPeriod'
    | 'ReceiveMessageWaitTimeSeconds'
    | 'VisibilityTimeout',
): number => Number(effective(stored, name));
