import { createHash } from 'node:crypto';
import type { PublishBatchRequestEntry } from '../api/index.js';
import { invalidParameter } from '../refusals.js';
import { isFifoName } from '../topics/topic-arn.js';
import type { Topic } from '../topics/topic-store.js';
import { attributesBytes, readMessageAttributes } from './message-attributes.js';
import { parseTexts, type MessageContent } from './message-content.js';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (read 2026-11) */
export const MAX_MESSAGE_BYTES = 262_144;
const MAX_SUBJECT_CHARACTERS = 100;
/** Of groups and deduplication ids. */
const idPattern = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** What Publish and each entry of PublishBatch have in common. */
export type MessageInput = Omit<PublishBatchRequestEntry, 'Id'>;

/**
 * Checks a message and brings it into the form in which it is kept.
 * @throws InvalidParameterException in AWS's words
 */
export function readMessage(input: MessageInput, topic: Topic): MessageContent {
  const { Message: message, Subject: subject, MessageStructure: structure } = input;
  const attributes = readMessageAttributes(input.MessageAttributes);
  if (message === '') throw invalidParameter('Empty message');
  if (messageBytes(message, attributes) > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  if (subject !== undefined) checkSubject(subject);
  if (structure !== undefined && structure !== '') checkStructure(structure, message);
  return {
    type: 'Notification',
    message,
    attributes,
    ...(subject !== undefined && subject !== '' && { subject }),
    ...(structure === 'json' && { structure }),
    ...readOrder(input, topic),
  };
}

/** The size of a message as AWS counts it. */
export const messageBytes = (message: string, attributes: MessageContent['attributes']): number =>
  Buffer.byteLength(message) + attributesBytes(attributes);

function checkSubject(subject: string): void {
  if (subject.length > MAX_SUBJECT_CHARACTERS || /[\u0000-\u001f\u007f]/.test(subject) || /^\s/.test(subject)) {
    throw invalidParameter('Subject');
  }
}

function checkStructure(structure: string, message: string): void {
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  const texts = parseTexts(message);
  if (!texts) throw invalidParameter('Message Structure - JSON message body failed to parse');
  if (!texts.has('default')) throw invalidParameter('Message Structure - No default entry in JSON message body');
}

function readOrder(
  { Message: message, MessageGroupId: groupId, MessageDeduplicationId: given }: MessageInput,
  { name, attributes }: Topic,
): Pick<MessageContent, 'groupId' | 'deduplicationId'> {
  if (groupId !== undefined && !idPattern.test(groupId)) throw invalidParameter('MessageGroupId');
  if (given !== undefined && !idPattern.test(given)) throw invalidParameter('MessageDeduplicationId');
  if (!isFifoName(name)) {
    if (given === undefined) return groupId === undefined ? {} : { groupId };
    throw invalidParameter(
      'MessageDeduplicationId',
      'The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (groupId === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  const deduplicationId = given ?? (attributes['ContentBasedDeduplication'] === 'true' ? sha256(message) : undefined);
  if (deduplicationId === undefined) {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
