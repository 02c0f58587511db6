import { Injectable } from '@nestjs/common';
import { OperationCaller, ServiceError } from '@lantern/aws-protocol';
import type { MessageAttributes } from '../messages/message-attributes.js';
import { parseQueueArn } from '../subscriptions/endpoint.js';
import { isFifoName } from '../topics/topic-arn.js';
import type { Delivery } from './delivery.js';
import { delivered, failed, type Outcome } from './outcome.js';

/** What is sent. */
export interface QueueMessage {
  readonly body: string;
  /** Of raw deliveries; otherwise they are a part of the body. */
  readonly attributes?: MessageAttributes | undefined;
  readonly signal: AbortSignal;
}

/** SQS takes ten attributes. https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html (read 2026-11) */
const MAX_QUEUE_ATTRIBUTES = 10;

/** Sends to queues of the same account, through SQS's own operation. */
@Injectable()
export class QueueDelivery {
  constructor(private readonly operations: OperationCaller) {}

  /** @param queueArn the subscription's queue, or its dead-letter queue */
  async deliver(delivery: Delivery, queueArn: string, { body, attributes, signal }: QueueMessage): Promise<Outcome> {
    const queue = parseQueueArn(queueArn);
    if (queue?.account !== delivery.topic.account) {
      return failed(`${queueArn} is no queue of this account`, { isPermanent: true });
    }
    if (Object.keys(attributes ?? {}).length > MAX_QUEUE_ATTRIBUTES) {
      return failed('The message has more attributes than a queue takes', { isPermanent: true });
    }
    const { account, region, name } = queue;
    const input = {
      // Queues are found by the account and the name at the end of their URL.
      QueueUrl: `http://localhost/${account}/${name}`,
      MessageBody: body,
      ...(attributes && { MessageAttributes: toQueueAttributes(attributes) }),
      ...orderOf(delivery, name),
    };
    try {
      await this.operations.call('sqs', 'SendMessage', input, { account, region, signal });
      return delivered;
    } catch (error) {
      if (signal.aborted || !(error instanceof ServiceError)) throw error;
      // 501 is a process without SQS, which no later attempt will find.
      return failed(`${error.code}: ${error.message}`, { isPermanent: error.status < 500 || error.status === 501 });
    }
  }
}

/** FIFO queues want a group, and an id by which they know a message that they got before. */
function orderOf({ content, messageId, subscription }: Delivery, queueName: string): object {
  const { groupId, deduplicationId } = content;
  if (!isFifoName(queueName)) return groupId === undefined ? {} : { MessageGroupId: groupId };
  return { MessageGroupId: groupId ?? subscription, MessageDeduplicationId: deduplicationId ?? messageId };
}

const toQueueAttributes = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        DataType,
        ...(StringValue !== undefined && { StringValue }),
        ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(BinaryValue, 'base64') }),
      },
    ]),
  );
