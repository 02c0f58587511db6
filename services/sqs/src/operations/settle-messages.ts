import type { Call, Handler } from '@lantern/aws-protocol';
import { Injectable } from '@nestjs/common';
import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  SqsApi,
  Unit,
} from '../api/index.js';
import { eachEntry, requireBatch } from '../messages/batch.js';
import { MessageSettler } from '../messages/message-settler.js';
import { readReceiptHandle } from '../messages/receipt-handle.js';
import { QueueStore } from '../queues/queue-store.js';

type Operations = typeof SqsApi.operations;

@Injectable()
export class DeleteMessageHandler implements Handler<Operations['DeleteMessage']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly messages: MessageSettler,
  ) {}

  async handle(input: DeleteMessageRequest, call: Call): Promise<Unit> {
    await this.messages.delete(await this.queues.open(input.QueueUrl, call), input.ReceiptHandle);
    return {};
  }
}

@Injectable()
export class DeleteMessageBatchHandler implements Handler<Operations['DeleteMessageBatch']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly messages: MessageSettler,
  ) {}

  async handle(input: DeleteMessageBatchRequest, call: Call): Promise<DeleteMessageBatchResult> {
    const queue = await this.queues.open(input.QueueUrl, call);
    requireBatch(input.Entries, 'DeleteMessageBatchRequestEntry');
    if (queue.isFifo)
      return eachEntry(input.Entries, async ({ Id, ReceiptHandle }) => {
        await this.messages.delete(queue, ReceiptHandle);
        return { Id };
      });
    const { Successful: read, Failed } = await eachEntry(input.Entries, ({ Id, ReceiptHandle }) => ({
      Id,
      receipt: readReceiptHandle(ReceiptHandle, queue.id),
    }));
    await this.messages.deleteAll(
      queue,
      read.map(({ receipt }) => receipt),
    );
    return { Successful: read.map(({ Id }) => ({ Id })), Failed };
  }
}

@Injectable()
export class ChangeMessageVisibilityHandler implements Handler<Operations['ChangeMessageVisibility']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly messages: MessageSettler,
  ) {}

  async handle(input: ChangeMessageVisibilityRequest, call: Call): Promise<Unit> {
    const queue = await this.queues.open(input.QueueUrl, call);
    await this.messages.changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout);
    return {};
  }
}

@Injectable()
export class ChangeMessageVisibilityBatchHandler implements Handler<Operations['ChangeMessageVisibilityBatch']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly messages: MessageSettler,
  ) {}

  async handle(input: ChangeMessageVisibilityBatchRequest, call: Call): Promise<ChangeMessageVisibilityBatchResult> {
    const queue = await this.queues.open(input.QueueUrl, call);
    requireBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry');
    return eachEntry(input.Entries, async ({ Id, ReceiptHandle, VisibilityTimeout = 0 }) => {
      await this.messages.changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
      return { Id };
    });
  }
}
