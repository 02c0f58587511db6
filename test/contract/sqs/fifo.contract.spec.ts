import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { bodies, guide, recorded, startSqsSuite, type SqsSuite } from './sqs-suite.js';

describe('SQS FIFO queues', () => {
  let suite: SqsSuite;
  beforeAll(async () => {
    suite = await startSqsSuite('sqs-fifo');
  });
  afterAll(() => suite.close());

  const byContent = (more: Record<string, string> = {}) =>
    suite.newFifoQueue({ ContentBasedDeduplication: 'true', ...more });
  /** Sends `group body` texts in order. */
  const sendAll = async (url: string, ...messages: string[]) => {
    for (const message of messages) await suite.send(url, message, { MessageGroupId: message.split('-')[0] });
  };
  const receive = async (url: string, MaxNumberOfMessages = 10, more: object = {}) =>
    suite.receive(url, { MaxNumberOfMessages, ...more });

  contract(
    'give as many as possible of one group in order, and nothing of a group that is in flight',
    recorded('test_fifo_message_group_visibility_after_partial_delete'),
    async () => {
      const url = await byContent();
      await sendAll(url, 'g1-m1', 'g2-m1', 'g1-m2', 'g2-m2', 'g1-m3', 'g1-m4', 'g3-m1');
      const first = await receive(url, 2);
      expect(bodies(first)).toEqual(['g1-m1', 'g1-m2']);
      await suite.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first[0]?.ReceiptHandle }));
      expect(bodies(await receive(url))).toEqual(['g2-m1', 'g2-m2', 'g3-m1']);
      await suite.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first[1]?.ReceiptHandle }));
      expect(bodies(await receive(url))).toEqual(['g1-m3', 'g1-m4']);
    },
  );

  contract('take turns among groups', recorded('test_fifo_receive_message_with_zero_visibility_timeout'), async () => {
    const url = await byContent();
    await sendAll(url, 'g1-m1', 'g2-m1', 'g2-m2', 'g3-m1', 'g1-m2');
    expect(bodies(await receive(url, 3, { VisibilityTimeout: 0 }))).toEqual(['g1-m1', 'g1-m2', 'g2-m1']);
    expect(bodies(await receive(url, 10, { VisibilityTimeout: 0 }))).toEqual([
      'g3-m1',
      'g1-m1',
      'g1-m2',
      'g2-m1',
      'g2-m2',
    ]);
  });

  contract(
    'hold back what comes after a message whose time was extended',
    recorded('test_fifo_group_visibility_extends_with_change_message_visibility'),
    async () => {
      const expected = [[], ['g-foo'], ['g-foo', 'g-bar']];
      await Promise.all(
        expected.map(async (visible, i) => {
          const url = await byContent({ VisibilityTimeout: '1' });
          await sendAll(url, 'g-foo', 'g-bar', 'g-baz');
          const received = await receive(url);
          expect(received).toHaveLength(3);
          const { ReceiptHandle } = received[i] ?? {};
          const change = { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 30 };
          await suite.sqs.send(new ChangeMessageVisibilityCommand(change));
          await sleep(1_500);
          expect(bodies(await receive(url))).toEqual(visible);
        }),
      );
    },
  );

  contract(
    'take the same message once in five minutes',
    recorded('test_sqs_fifo_same_dedup_id_different_message_groups'),
    async () => {
      const QueueUrl = await suite.newFifoQueue();
      const send = (MessageGroupId: string, MessageDeduplicationId: string) =>
        suite.sqs.send(
          new SendMessageCommand({ QueueUrl, MessageBody: 'Test', MessageGroupId, MessageDeduplicationId }),
        );
      const first = await send('group1', 'same');
      const again = await send('group2', 'same');
      expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
      const [message] = await receive(QueueUrl, 10, { MessageSystemAttributeNames: ['All'] });
      expect(message?.Attributes).toMatchObject({
        MessageGroupId: 'group1',
        MessageDeduplicationId: 'same',
        SequenceNumber: first.SequenceNumber ?? '',
      });
      await suite.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
      await send('group1', 'same');
      expect(await receive(QueueUrl)).toEqual([]);
      const next = await send('group1', 'other');
      expect(BigInt(next.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
    },
  );

  contract('remember per group where they are told to', recorded('test_fifo_high_throughput_ordering'), async () => {
    const QueueUrl = await suite.newFifoQueue({
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    for (const MessageGroupId of ['group1', 'group2', 'group1'])
      await suite.send(QueueUrl, MessageGroupId, { MessageGroupId, MessageDeduplicationId: 'same' });
    expect(bodies(await receive(QueueUrl)).sort()).toEqual(['group1', 'group2']);
  });

  contract(
    'want a group, and an id or the content',
    recorded('test_posting_to_fifo_requires_deduplicationid_group_id'),
    async () => {
      const QueueUrl = await suite.newFifoQueue();
      const refused = (more: object) =>
        expect(suite.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...more }))).rejects;
      await refused({ MessageDeduplicationId: '1' }).toMatchObject({
        name: 'MissingParameter',
        message: 'The request must contain the parameter MessageGroupId.',
      });
      await refused({ MessageGroupId: 'g' }).toMatchObject({
        message:
          'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      });
      await refused({ MessageGroupId: 'g', MessageDeduplicationId: '1', DelaySeconds: 2 }).toMatchObject({
        message:
          'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
      });
      const Entries = [{ Id: '1', MessageBody: 'x', MessageDeduplicationId: '1' }];
      await expect(suite.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: 'The request must contain the parameter MessageGroupId.',
      });
      const Attributes = { FifoQueue: 'false' };
      await expect(suite.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))).rejects.toMatchObject({
        name: 'InvalidAttributeValue',
        message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
      });
    },
  );

  contract('refuse a receipt whose time is over', recorded('test_fifo_delete_after_visibility_timeout'), async () => {
    const QueueUrl = await byContent();
    await sendAll(QueueUrl, 'g-m');
    const [message] = await receive(QueueUrl, 1, { VisibilityTimeout: 0 });
    const { ReceiptHandle } = message ?? {};
    await expect(suite.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    });
  });

  contract(
    'repeat a receive that was asked for again',
    guide('using-receiverequestattemptid-request-parameter'),
    async () => {
      const QueueUrl = await byContent();
      await sendAll(QueueUrl, 'g-1', 'g-2');
      const first = await receive(QueueUrl, 10, { ReceiveRequestAttemptId: 'attempt' });
      const again = await receive(QueueUrl, 10, { ReceiveRequestAttemptId: 'attempt' });
      expect(again).toEqual(first);
      expect(await receive(QueueUrl, 10, { ReceiveRequestAttemptId: 'another' })).toEqual([]);
    },
  );

  contract(
    'keep the order of a group among many senders and receivers',
    guide('FIFO-queues-understanding-logic'),
    async () => {
      const QueueUrl = await suite.newFifoQueue();
      const groups = ['a', 'b', 'c'];
      const sending = groups.map(async (MessageGroupId) => {
        for (let i = 0; i < 15; i++)
          await suite.send(QueueUrl, `${i}`, { MessageGroupId, MessageDeduplicationId: `${MessageGroupId}${i}` });
      });
      const seen = new Map<string, string[]>(groups.map((group) => [group, []]));
      const total = () => [...seen.values()].reduce((sum, list) => sum + list.length, 0);
      const receiving = [1, 2].map(async () => {
        while (total() < 45)
          for (const message of await receive(QueueUrl, 4, {
            MessageSystemAttributeNames: ['MessageGroupId'],
            WaitTimeSeconds: 1,
          })) {
            seen.get(message.Attributes?.MessageGroupId ?? '')?.push(message.Body ?? '');
            await suite.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
          }
      });
      await Promise.all([...sending, ...receiving]);
      for (const group of groups) expect(seen.get(group)).toEqual([...Array(15).keys()].map(String));
    },
  );
});
