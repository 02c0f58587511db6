import { createHash } from 'node:crypto';
import { InvalidMessageContents } from '../api/index.js';
import type { MessageAttributeValue, MessageSystemAttributeValue } from '../api/index.js';
import { effective, effectiveNumber, MAX_MESSAGE_BYTES } from '../queues/queue-attributes.js';
import type { Queue } from '../queues/queue-store.js';
import { invalidParameter, invalidValue, missingParameter } from '../refusals.js';
import {
  attributesBytes,
  isSendableText,
  readMessageAttributes,
  readTraceHeader,
  type StoredAttributes,
} from './message-attributes.js';

/** What a caller sends; a request and an entry of a batch have the same members. */
export interface GivenMessage {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
  readonly MessageSystemAttributes?: Readonly<Record<string, MessageSystemAttributeValue>> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** A message that may be sent. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes: StoredAttributes | undefined;
  readonly traceHeader: string | undefined;
  readonly delaySeconds: number;
  readonly groupId: string | undefined;
  /** Set on messages of FIFO queues. */
  readonly deduplicationId: string | undefined;
  /** Body and attributes. */
  readonly sizeBytes: number;
}

const ID = /^[!-~]{1,128}$/;
const MAX_DELAY_S = 900;

/**
 * Checks a message against its queue.
 * @throws InvalidParameterValue, MissingParameter, InvalidMessageContents
 */
export function readMessage(queue: Queue, given: GivenMessage): OutgoingMessage {
  const { MessageBody: body } = given;
  if (body === '') throw missingParameter('MessageBody');
  if (!isSendableText(body))
    throw new InvalidMessageContents(
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  const attributes = readMessageAttributes(given.MessageAttributes);
  return {
    body,
    attributes,
    traceHeader: readTraceHeader(given.MessageSystemAttributes),
    delaySeconds: readDelay(queue, given.DelaySeconds),
    ...readOrder(queue, given),
    sizeBytes: Buffer.byteLength(body) + attributesBytes(attributes),
  };
}

/**
 * Refuses a message that is too large for its queue.
 * @param verb AWS words it differently where the message is one of a batch
 */
export function requireFit(queue: Queue, sizeBytes: number, verb: 'are invalid' | 'cannot be validated'): void {
  const max = Math.min(effectiveNumber(queue.attributes, 'MaximumMessageSize'), MAX_MESSAGE_BYTES);
  if (sizeBytes > max)
    throw invalidParameter(`One or more parameters ${verb}. Reason: Message must be shorter than ${max} bytes.`);
}

function readDelay(queue: Queue, given: number | undefined): number {
  const ofQueue = effectiveNumber(queue.attributes, 'DelaySeconds');
  if (given === undefined) return ofQueue;
  if (queue.isFifo) {
    if (given !== 0)
      throw invalidValue('DelaySeconds', given, 'The request include parameter that is not valid for this queue type.');
    return ofQueue;
  }
  if (given < 0 || given > MAX_DELAY_S)
    throw invalidValue('DelaySeconds', given, `DelaySeconds must be >= 0 and <= ${MAX_DELAY_S}.`);
  return given;
}

/** Standard queues know groups too, for fairness among them; what they do with them is not specified. */
function readOrder(queue: Queue, given: GivenMessage): Pick<OutgoingMessage, 'groupId' | 'deduplicationId'> {
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = given;
  requireId('MessageGroupId', groupId);
  if (!queue.isFifo) {
    if (deduplicationId !== undefined)
      throw invalidValue(
        'MessageDeduplicationId',
        deduplicationId,
        'The request includes a parameter that is not valid for this queue type',
      );
    return { groupId, deduplicationId: undefined };
  }
  if (groupId === undefined) throw missingParameter('MessageGroupId');
  requireId('MessageDeduplicationId', deduplicationId);
  if (deduplicationId !== undefined) return { groupId, deduplicationId };
  requireContentBased(queue);
  return { groupId, deduplicationId: createHash('sha256').update(given.MessageBody).digest('hex') };
}

/**
 * Refuses a batch for a FIFO queue where an entry lacks its group or its id: AWS refuses all entries then.
 * @throws InvalidParameterValue
 */
export function requireOrder(queue: Queue, entries: readonly GivenMessage[]): void {
  for (const { MessageGroupId, MessageDeduplicationId } of entries) {
    if (MessageGroupId === undefined) throw invalidParameter('The request must contain the parameter MessageGroupId.');
    if (MessageDeduplicationId === undefined) requireContentBased(queue);
  }
}

function requireContentBased(queue: Queue): void {
  if (effective(queue.attributes, 'ContentBasedDeduplication') !== 'true')
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
}

function requireId(parameter: 'MessageGroupId' | 'MessageDeduplicationId', id: string | undefined): void {
  if (id !== undefined && !ID.test(id))
    throw invalidValue(
      parameter,
      id,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
}
