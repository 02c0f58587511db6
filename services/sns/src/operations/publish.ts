import { Injectable } from '@nestjs/common';
import { notImplementedError, ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import {
  BatchEntryIdsNotDistinctException,
  BatchRequestTooLongException,
  EmptyBatchRequestException,
  InvalidBatchEntryIdException,
  SnsApi,
  TooManyEntriesInBatchRequestException,
  type BatchResultErrorEntry,
  type PublishBatchInput,
  type PublishBatchRequestEntry,
  type PublishBatchResponse,
  type PublishBatchResultEntry,
  type PublishInput,
  type PublishResponse,
} from '../api/index.js';
import { Publisher } from '../messages/publisher.js';
import { MAX_MESSAGE_BYTES, readMessage } from '../messages/read-message.js';
import { invalidParameter } from '../refusals.js';
import { ownTopic } from '../topics/topic-arn.js';
import { TopicStore, type Topic } from '../topics/topic-store.js';

type Operations = typeof SnsApi.operations;

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html (read 2026-11) */
const MAX_ENTRIES = 10;
const entryId = /^[\w-]{1,80}$/;

/** Publishes a message to a topic. */
@Injectable()
export class PublishHandler implements Handler<Operations['Publish']> {
  constructor(
    private readonly topics: TopicStore,
    private readonly publisher: Publisher,
  ) {}

  async handle(input: PublishInput, call: Call): Promise<PublishResponse> {
    const topic = await this.topics.require(ownTopic(targetOf(input), call));
    const content = readMessage(input, topic);
    const { messageId, sequenceNumber } = await this.publisher.publish(topic, content, call.internal?.groupId);
    return { MessageId: messageId, SequenceNumber: sequenceNumber };
  }
}

/** Publishes up to ten messages, each of which succeeds or fails by itself. */
@Injectable()
export class PublishBatchHandler implements Handler<Operations['PublishBatch']> {
  constructor(
    private readonly topics: TopicStore,
    private readonly publisher: Publisher,
  ) {}

  async handle(input: PublishBatchInput, call: Call): Promise<PublishBatchResponse> {
    const ref = ownTopic(input.TopicArn, call);
    const entries = input.PublishBatchRequestEntries;
    checkEntries(entries);
    const topic = await this.topics.require(ref);
    const Successful: PublishBatchResultEntry[] = [];
    const Failed: BatchResultErrorEntry[] = [];
    // One after the other, because a FIFO topic keeps their order.
    for (const entry of entries) {
      try {
        Successful.push(await this.publish(topic, entry));
      } catch (error) {
        Failed.push(toFailure(entry, error));
      }
    }
    return { Successful, Failed };
  }

  private async publish(topic: Topic, entry: PublishBatchRequestEntry): Promise<PublishBatchResultEntry> {
    const { messageId, sequenceNumber } = await this.publisher.publish(topic, readMessage(entry, topic));
    return { Id: entry.Id, MessageId: messageId, SequenceNumber: sequenceNumber };
  }
}

function targetOf({ TopicArn, TargetArn, PhoneNumber }: PublishInput): string {
  if (PhoneNumber !== undefined) {
    throw notImplementedError('SNS', 'Publish to a phone number', 'no text messages are sent');
  }
  const target = TopicArn ?? TargetArn;
  if (target === undefined || (TopicArn !== undefined && TargetArn !== undefined)) {
    throw invalidParameter('TopicArn or TargetArn', 'no value for required parameter');
  }
  if (/^arn:[^:]+:sns:[^:]*:\d{12}:endpoint\//.test(target)) {
    throw notImplementedError('SNS', 'Publish to a mobile endpoint', 'no notifications are pushed to mobile devices');
  }
  return target;
}

function checkEntries(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0) {
    throw new EmptyBatchRequestException("The batch request doesn't contain any entries.");
  }
  if (entries.length > MAX_ENTRIES) {
    throw new TooManyEntriesInBatchRequestException('The batch request contains more entries than permissible.');
  }
  if (!entries.every(({ Id }) => entryId.test(Id))) {
    throw new InvalidBatchEntryIdException(
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new BatchEntryIdsNotDistinctException('Two or more batch entries in the request have the same Id.');
  }
  const bytes = entries.reduce((sum, { Message }) => sum + Buffer.byteLength(Message), 0);
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new BatchRequestTooLongException('The length of all the messages put together is more than the limit.');
  }
}

function toFailure({ Id }: PublishBatchRequestEntry, error: unknown): BatchResultErrorEntry {
  if (!(error instanceof ServiceError) || error.fault === 'server') throw error;
  const shape = SnsApi.shapes[error.code];
  const wireCode = shape?.type === 'structure' ? shape.awsQueryError?.code : undefined;
  return { Id, Code: wireCode ?? error.code, Message: error.message, SenderFault: true };
}
