import { invalidAttribute, invalidParameter } from '../refusals.js';
import { parseQueueArn, type QueueAddress } from './queue-names.js';

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly target: QueueAddress;
  readonly targetArn: string;
  /** A message that was received as often goes there instead of being received once more. */
  readonly maxReceiveCount: number;
}

const refused = (text: string, reason: string) =>
  invalidParameter(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);

/**
 * Reads a RedrivePolicy. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 * @throws InvalidParameterValue
 */
export function readRedrivePolicy(text: string): RedrivePolicy {
  const policy = parseObject(text);
  if (!policy) throw refused(text, 'Redrive policy is not a valid JSON map.');
  const { deadLetterTargetArn: targetArn, maxReceiveCount } = policy;
  if (typeof targetArn !== 'string')
    throw refused(text, 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (maxReceiveCount === undefined)
    throw refused(text, 'Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  const count =
    typeof maxReceiveCount === 'string' || typeof maxReceiveCount === 'number' ? String(maxReceiveCount) : '';
  if (!/^\d{1,4}$/.test(count) || Number(count) < 1 || Number(count) > 1000)
    throw refused(text, 'Invalid value for maxReceiveCount: value must be between 1 and 1000, both inclusive.');
  const target = parseQueueArn(targetArn);
  if (!target) throw refused(text, 'Invalid value for deadLetterTargetArn.');
  return { target, targetArn, maxReceiveCount: Number(count) };
}

/** Which queues may name this one as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly permission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceArns: readonly string[];
}

const MAX_SOURCES = 10;

/**
 * Reads a RedriveAllowPolicy.
 * @throws InvalidAttributeValue
 */
export function readRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const { redrivePermission: permission, sourceQueueArns: sources = [] } = parseObject(text) ?? {};
  if (permission !== 'allowAll' && permission !== 'denyAll' && permission !== 'byQueue')
    throw invalidAttribute('RedriveAllowPolicy');
  const isList = Array.isArray(sources) && sources.every((source) => typeof source === 'string');
  if (!isList || sources.length > MAX_SOURCES || (permission === 'byQueue') !== sources.length > 0)
    throw invalidAttribute('RedriveAllowPolicy');
  return { permission, sourceArns: sources };
}

/** Whether a queue with that policy may be the dead-letter queue of `sourceArn`. */
export function allowsSource(policy: string | undefined, sourceArn: string): boolean {
  if (policy === undefined) return true;
  const { permission, sourceArns } = readRedriveAllowPolicy(policy);
  return permission === 'allowAll' || (permission === 'byQueue' && sourceArns.includes(sourceArn));
}

/** Refuses a source whose dead-letter queue cannot be, or does not want to be, the target. */
export const targetMissing = (text: string) => refused(text, 'Dead letter target does not exist.');
export const targetOfOtherKind = (text: string, isFifo: boolean) =>
  refused(
    text,
    `Dead-letter queue of a ${isFifo ? 'FIFO' : 'standard'} queue must be a ${isFifo ? 'FIFO' : 'standard'} queue.`,
  );
export const targetElsewhere = (text: string) =>
  refused(text, 'Dead-letter target must be owned by the same account and in the same region as the source.');
export const targetRefuses = (text: string) =>
  refused(text, 'The RedriveAllowPolicy of the dead-letter queue does not allow this source queue.');

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
