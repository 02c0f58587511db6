import type { Call, Handler } from '@lantern/aws-protocol';
import { Injectable } from '@nestjs/common';
import {
  BatchRequestTooLong,
  type SendMessageBatchRequest,
  type SendMessageBatchResult,
  type SendMessageRequest,
  type SendMessageResult,
  type SqsApi,
} from '../api/index.js';
import { eachEntry, requireBatch } from '../messages/batch.js';
import { attributesMd5, bodyMd5, type StoredAttributes } from '../messages/message-attributes.js';
import { MessageSender, type SentMessage } from '../messages/message-sender.js';
import { readMessage, requireFit, requireOrder, type OutgoingMessage } from '../messages/outgoing-message.js';
import { MAX_MESSAGE_BYTES } from '../queues/queue-attributes.js';
import { QueueStore } from '../queues/queue-store.js';

type Operations = typeof SqsApi.operations;

@Injectable()
export class SendMessageHandler implements Handler<Operations['SendMessage']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly sender: MessageSender,
  ) {}

  async handle(input: SendMessageRequest, call: Call): Promise<SendMessageResult> {
    const queue = await this.queues.open(input.QueueUrl, call);
    const message = readMessage(queue, input);
    requireFit(queue, message.sizeBytes, 'are invalid');
    const [sent] = await this.sender.send(queue, [message], call.principal.userId);
    return { ...digests(message), ...told(sent) };
  }
}

@Injectable()
export class SendMessageBatchHandler implements Handler<Operations['SendMessageBatch']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly sender: MessageSender,
  ) {}

  async handle(input: SendMessageBatchRequest, call: Call): Promise<SendMessageBatchResult> {
    const { Entries } = input;
    const queue = await this.queues.open(input.QueueUrl, call);
    requireBatch(Entries, 'SendMessageBatchRequestEntry');
    if (queue.isFifo) requireOrder(queue, Entries);
    const { Successful: read, Failed } = await eachEntry(Entries, (entry) => ({
      id: entry.Id,
      message: readMessage(queue, entry),
    }));
    const totalBytes = read.reduce((sum, { message }) => sum + message.sizeBytes, 0);
    if (totalBytes > MAX_MESSAGE_BYTES)
      throw new BatchRequestTooLong(
        `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${totalBytes} bytes.`,
      );
    const { Successful: fitting, Failed: unfit } = await eachEntry(
      read.map(({ id, message }) => ({ Id: id, message })),
      (entry) => {
        requireFit(queue, entry.message.sizeBytes, 'cannot be validated');
        return entry;
      },
    );
    const messages = fitting.map(({ message }) => message);
    const sent = messages.length > 0 ? await this.sender.send(queue, messages, call.principal.userId) : [];
    return {
      Successful: fitting.map(({ Id, message }, i) => ({ Id, ...digests(message), ...told(sent[i]) })),
      Failed: [...Failed, ...unfit],
    };
  }
}

const digests = ({ body, attributes, traceHeader }: OutgoingMessage) => {
  const system: StoredAttributes | undefined =
    traceHeader === undefined ? undefined : { AWSTraceHeader: { type: 'String', text: traceHeader } };
  return {
    MD5OfMessageBody: bodyMd5(body),
    MD5OfMessageAttributes: attributesMd5(attributes),
    MD5OfMessageSystemAttributes: attributesMd5(system),
  };
};

const told = (sent: SentMessage | undefined) => ({
  MessageId: sent?.messageId ?? '',
  ...(sent?.sequenceNumber !== undefined && { SequenceNumber: sent.sequenceNumber }),
});
