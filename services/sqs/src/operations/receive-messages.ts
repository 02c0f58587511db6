import type { Call, Handler } from '@lantern/aws-protocol';
import { Injectable } from '@nestjs/common';
import type { Message, ReceiveMessageRequest, ReceiveMessageResult, SqsApi } from '../api/index.js';
import { Arrivals } from '../messages/arrivals.js';
import { attributesMd5, bodyMd5, chosenAttributes, writeMessageAttributes } from '../messages/message-attributes.js';
import { MessageReceiver, type MessageRow, type ReceiveOptions } from '../messages/message-receiver.js';
import { requireVisibility } from '../messages/message-settler.js';
import { writeReceiptHandle } from '../messages/receipt-handle.js';
import { sequenceNumberOf } from '../messages/sequence-number.js';
import { effectiveNumber } from '../queues/queue-attributes.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import { invalidValue } from '../refusals.js';

const MAX_MESSAGES = 10;
const MAX_WAIT_S = 20;

@Injectable()
export class ReceiveMessageHandler implements Handler<(typeof SqsApi.operations)['ReceiveMessage']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly receiver: MessageReceiver,
    private readonly arrivals: Arrivals,
  ) {}

  async handle(input: ReceiveMessageRequest, call: Call): Promise<ReceiveMessageResult> {
    const queue = await this.queues.open(input.QueueUrl, call);
    const { MaxNumberOfMessages: maxMessages = 1, VisibilityTimeout, WaitTimeSeconds } = input;
    if (maxMessages < 1 || maxMessages > MAX_MESSAGES)
      throw invalidValue('MaxNumberOfMessages', maxMessages, `Must be between 1 and ${MAX_MESSAGES}, if provided.`);
    if (WaitTimeSeconds !== undefined && (WaitTimeSeconds < 0 || WaitTimeSeconds > MAX_WAIT_S))
      throw invalidValue('WaitTimeSeconds', WaitTimeSeconds, `Must be >= 0 and <= ${MAX_WAIT_S}, if provided.`);
    if (VisibilityTimeout !== undefined) requireVisibility(VisibilityTimeout);
    const waitSeconds = WaitTimeSeconds ?? effectiveNumber(queue.attributes, 'ReceiveMessageWaitTimeSeconds');
    const rows = await this.poll(queue, waitSeconds * 1000, {
      maxMessages,
      visibilitySeconds: VisibilityTimeout ?? effectiveNumber(queue.attributes, 'VisibilityTimeout'),
      attemptId: input.ReceiveRequestAttemptId,
      signal: call.signal,
    });
    call.note('messages', rows.length);
    return rows.length > 0 ? { Messages: rows.map((row) => toMessage(queue, row, input)) } : {};
  }

  /** Receives; where there is nothing, waits until there is, or until the time is over. */
  private async poll(queue: Queue, waitMs: number, options: ReceiveOptions): Promise<MessageRow[]> {
    if (waitMs === 0) return this.receiver.receive(queue, options);
    const deadlineMs = Date.now() + waitMs;
    const listening = this.arrivals.listen(queue.id);
    try {
      for (;;) {
        const rows = await this.receiver.receive(queue, options);
        const leftMs = deadlineMs - Date.now();
        if (rows.length > 0 || leftMs <= 0) return rows;
        const visibleInMs = await this.receiver.untilVisible(queue);
        await listening.wait(Math.min(leftMs, visibleInMs === undefined ? leftMs : visibleInMs + 1), options.signal);
        options.signal.throwIfAborted();
      }
    } finally {
      listening.close();
    }
  }
}

function toMessage(queue: Queue, row: MessageRow, input: ReceiveMessageRequest): Message {
  const attributes = chosenAttributes(row.attributes, input.MessageAttributeNames);
  const system = systemAttributes(queue, row);
  const names = new Set<string>([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
  const wanted = Object.entries(system).filter(([name]) => names.has('All') || names.has(name));
  return {
    MessageId: row.message_id,
    ReceiptHandle: writeReceiptHandle({ queueId: queue.id, rowId: row.id, secret: row.receipt ?? '' }),
    MD5OfBody: bodyMd5(row.body),
    Body: row.body,
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...(attributes && {
      MD5OfMessageAttributes: attributesMd5(attributes),
      MessageAttributes: writeMessageAttributes(attributes),
    }),
  };
}

function systemAttributes(queue: Queue, row: MessageRow): Record<string, string> {
  const present = {
    SenderId: row.sender_id,
    SentTimestamp: String(row.sent_at.getTime()),
    ApproximateReceiveCount: String(row.receive_count),
    ApproximateFirstReceiveTimestamp: String(row.first_received_at?.getTime() ?? 0),
    MessageGroupId: row.group_id,
    MessageDeduplicationId: row.deduplication_id,
    SequenceNumber: queue.isFifo ? sequenceNumberOf(row.id) : null,
    AWSTraceHeader: row.trace_header,
    DeadLetterQueueSourceArn: row.source_arn,
  };
  return Object.fromEntries(
    Object.entries(present).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
