import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { bodies, documented, guide, recorded, startSqsSuite, type SqsSuite } from './sqs-suite.js';

const attributes = {
  Hello: { DataType: 'String', StringValue: 'There' },
  General: { DataType: 'String', StringValue: 'Kenobi' },
  'Help.Me': { DataType: 'String', StringValue: 'Me' },
};

describe('SQS messages', () => {
  let suite: SqsSuite;
  beforeAll(async () => {
    suite = await startSqsSuite('sqs-messages');
  });
  afterAll(() => suite.close());

  const handleOf = (message: Message | undefined) => message?.ReceiptHandle ?? '';
  const remove = (QueueUrl: string, ReceiptHandle: string) =>
    suite.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const change = (QueueUrl: string, ReceiptHandle: string, VisibilityTimeout: number) =>
    suite.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

  // The client checks the digests of bodies by itself.
  contract(
    "come back as they were sent, with AWS's digests",
    recorded('test_receive_message_message_attribute_names_filters'),
    async () => {
      const QueueUrl = await suite.newQueue();
      const sent = await suite.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: 'msg', MessageAttributes: attributes }),
      );
      expect(sent).toMatchObject({
        MD5OfMessageBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
        MD5OfMessageAttributes: '4c360f3fdafd970e05fae2f149d997f5',
      });
      const receive = async (...MessageAttributeNames: string[]) => {
        const [message] = await suite.receive(QueueUrl, { VisibilityTimeout: 0, MessageAttributeNames });
        return message;
      };
      expect(await receive()).not.toHaveProperty('MessageAttributes');
      for (const all of ['All', '.*', '*'])
        expect(await receive(all)).toMatchObject({
          MessageId: sent.MessageId,
          Body: 'msg',
          MD5OfBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
          MD5OfMessageAttributes: '4c360f3fdafd970e05fae2f149d997f5',
          MessageAttributes: attributes,
        });
      expect(Object.keys((await receive('Hel.*'))?.MessageAttributes ?? {}).sort()).toEqual(['Hello', 'Help.Me']);
      expect(Object.keys((await receive('Foo', 'Hello'))?.MessageAttributes ?? {})).toEqual(['Hello']);
      expect(await receive('Foo', 'Help')).not.toHaveProperty('MessageAttributes');
    },
  );

  contract('carry binary attributes, numbers, any text and a trace', guide('sqs-message-metadata'), async () => {
    const QueueUrl = await suite.newQueue();
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const MessageBody = '{\r\n\t"grüße": "👋"}';
    await suite.sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageAttributes: {
          bytes: { DataType: 'Binary.png', BinaryValue: bytes },
          number: { DataType: 'Number', StringValue: '-12.5e3' },
        },
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' },
        },
      }),
    );
    const [message] = await suite.receive(QueueUrl, {
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    expect(message?.Body).toBe(MessageBody);
    expect(message?.MessageAttributes?.bytes?.BinaryValue).toEqual(bytes);
    expect(message?.MessageAttributes?.number?.StringValue).toBe('-12.5e3');
    expect(message?.Attributes).toMatchObject({
      SenderId: expect.stringMatching(/./) as string,
      SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
      ApproximateReceiveCount: '1',
      AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    });
  });

  contract(
    "are refused with AWS's words where they are wrong",
    recorded('test_send_message_with_empty_string_attribute and others'),
    async () => {
      const QueueUrl = await suite.newQueue({ MaximumMessageSize: '1024' });
      const refused = (MessageBody: string, more: object = {}) =>
        expect(suite.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).rejects;
      await refused('').toMatchObject({
        name: 'MissingParameter',
        message: 'The request must contain the parameter MessageBody.',
      });
      await refused('\u0000\b').toMatchObject({ name: 'InvalidMessageContents' });
      await refused('x'.repeat(1025)).toMatchObject({
        name: 'InvalidParameterValue',
        message: 'One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
      });
      await refused('x', { DelaySeconds: 901 }).toMatchObject({ name: 'InvalidParameterValue' });
      await refused('x', { MessageGroupId: 'group 123' }).toMatchObject({
        message:
          'Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
      });
      await refused('x', {
        MessageAttributes: { ErrorDetails: { StringValue: '', DataType: 'String' } },
      }).toMatchObject({
        message: "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
      });
      const wrongNames = ['aWs.x', 'AMAZON.x', '.x', 'x.', 'a!b', 'L'.repeat(257)];
      for (const name of wrongNames)
        await refused('x', { MessageAttributes: { [name]: { StringValue: 'x', DataType: 'String' } } }).toMatchObject({
          name: 'InvalidParameterValue',
        });
      for (const DataType of ['Invalid', 'Number', 'Binary'])
        await refused('x', { MessageAttributes: { a: { StringValue: 'word', DataType } } }).toMatchObject({
          name: 'InvalidParameterValue',
        });
      expect(await suite.attribute(QueueUrl, 'ApproximateNumberOfMessages')).toBe('0');
    },
  );

  contract(
    'are out of sight once received, until their time is over or changed',
    guide('sqs-visibility-timeout'),
    async () => {
      const QueueUrl = await suite.newQueue();
      await suite.send(QueueUrl, 'one');
      const [first] = await suite.receive(QueueUrl, { VisibilityTimeout: 1 });
      expect(await suite.receive(QueueUrl)).toEqual([]);
      expect(await suite.attribute(QueueUrl, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
      const again = await suite.receive(QueueUrl, {
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      expect(again[0]?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
      expect(handleOf(again[0])).not.toBe(handleOf(first));
      await change(QueueUrl, handleOf(again[0]), 0);
      expect(bodies(await suite.receive(QueueUrl))).toEqual(['one']);
    },
  );

  contract('are deleted by their latest receipt only', documented('DeleteMessage'), async () => {
    const QueueUrl = await suite.newQueue();
    await suite.send(QueueUrl, 'one');
    const [old] = await suite.receive(QueueUrl, { VisibilityTimeout: 0 });
    const [latest] = await suite.receive(QueueUrl);
    await remove(QueueUrl, handleOf(old));
    expect(await suite.attribute(QueueUrl, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
    await remove(QueueUrl, handleOf(latest));
    await remove(QueueUrl, handleOf(latest));
    expect(await suite.attribute(QueueUrl, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
    await expect(change(QueueUrl, handleOf(latest), 1)).rejects.toMatchObject({
      message: `Value ${handleOf(latest)} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    });
    await expect(remove(QueueUrl, 'garbage')).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
      message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    });
    await expect(remove(await suite.newQueue(), handleOf(latest))).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  });

  contract('wake a receiver that waits', guide('sqs-short-and-long-polling'), async () => {
    const QueueUrl = await suite.newQueue();
    const waiting = suite.receive(QueueUrl, { WaitTimeSeconds: 20 });
    await sleep(300);
    const sentAtMs = performance.now();
    await suite.send(QueueUrl, 'late');
    expect(bodies(await waiting)).toEqual(['late']);
    // Listening takes milliseconds; looking every second would not pass reliably.
    expect(performance.now() - sentAtMs).toBeLessThan(2_000);
    const startedAtMs = performance.now();
    expect(await suite.receive(QueueUrl, { WaitTimeSeconds: 1 })).toEqual([]);
    expect(performance.now() - startedAtMs).toBeGreaterThan(950);
  });

  contract('are not taken by a receiver that left', guide('sqs-short-and-long-polling'), async () => {
    const QueueUrl = await suite.newQueue();
    for (let i = 0; i < 5; i++) {
      const leaving = new AbortController();
      const call = suite.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
        abortSignal: leaving.signal,
      });
      await sleep(100);
      leaving.abort();
      await expect(call).rejects.toThrow();
    }
    await sleep(200);
    await suite.send(QueueUrl, 'mine');
    expect(bodies(await suite.receive(QueueUrl, { WaitTimeSeconds: 2 }))).toEqual(['mine']);
  });

  contract('arrive after their delay', guide('sqs-delay-queues'), async () => {
    const QueueUrl = await suite.newQueue({ DelaySeconds: '60' });
    await suite.send(QueueUrl, 'by the queue');
    await suite.send(QueueUrl, 'by itself', { DelaySeconds: 1 });
    expect(await suite.attribute(QueueUrl, 'ApproximateNumberOfMessagesDelayed')).toBe('2');
    expect(await suite.receive(QueueUrl)).toEqual([]);
    expect(bodies(await suite.receive(QueueUrl, { WaitTimeSeconds: 5 }))).toEqual(['by itself']);
  });

  contract('reach one receiver each, however many receive at once', guide('sqs-visibility-timeout'), async () => {
    const QueueUrl = await suite.newQueue();
    const sent = [...Array(40).keys()].map((i) => `m${i}`);
    for (let at = 0; at < sent.length; at += 10)
      await suite.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: sent.slice(at, at + 10).map((MessageBody, i) => ({ Id: String(i), MessageBody })),
        }),
      );
    const takeAll = async () => {
      const taken: Message[] = [];
      for (let none = 0; none < 2;) {
        const messages = await suite.receive(QueueUrl, { MaxNumberOfMessages: 3 });
        none = messages.length === 0 ? none + 1 : 0;
        taken.push(...messages);
      }
      return taken;
    };
    const all = (await Promise.all([takeAll(), takeAll(), takeAll(), takeAll()])).flat();
    expect(bodies(all).sort()).toEqual([...sent].sort());
  });

  contract(
    'are handled in batches, each for itself',
    recorded('test_send_batch_message_size, test_batch_send_with_invalid_char_should_succeed'),
    async () => {
      const QueueUrl = await suite.newQueue({ MaximumMessageSize: '1024' });
      const { Successful, Failed } = await suite.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: [
            { Id: 'a', MessageBody: 'a' },
            { Id: 'large', MessageBody: 'x'.repeat(1025) },
            { Id: 'odd', MessageBody: '\u0001' },
            { Id: 'b', MessageBody: 'b' },
          ],
        }),
      );
      expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
      expect(Failed).toEqual(
        expect.arrayContaining([
          {
            Id: 'large',
            SenderFault: true,
            Code: 'InvalidParameterValue',
            Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
          },
          expect.objectContaining({ Id: 'odd', Code: 'InvalidMessageContents' }),
        ]),
      );
      const received = await suite.receive(QueueUrl);
      expect(bodies(received)).toEqual(['a', 'b']);
      const Entries = received.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 }));
      const changed = await suite.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: [...Entries, { Id: 'x', ReceiptHandle: 'x', VisibilityTimeout: 0 }],
        }),
      );
      expect([changed.Successful?.length, changed.Failed?.[0]?.Code]).toEqual([2, 'ReceiptHandleIsInvalid']);
      const again = await suite.receive(QueueUrl);
      const removed = await suite.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: again.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
        }),
      );
      expect(removed.Successful).toHaveLength(2);
    },
  );

  contract(
    'are refused as a batch where the batch is wrong',
    recorded('test_invalid_batch_id, test_too_many_entries_in_batch_request'),
    async () => {
      const QueueUrl = await suite.newQueue();
      const refused = (Entries: { Id: string; MessageBody: string }[]) =>
        expect(suite.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects;
      const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: 'x' }));
      await refused([]).toMatchObject({ name: 'EmptyBatchRequest' });
      await refused(entries('a', 'a')).toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
      await refused(entries('a:b')).toMatchObject({ name: 'InvalidBatchEntryId' });
      await refused(entries(...[...Array(20).keys()].map(String))).toMatchObject({
        name: 'TooManyEntriesInBatchRequest',
        message: 'Maximum number of entries per request are 10. You have sent 20.',
      });
      await refused([
        { Id: '1', MessageBody: 'x'.repeat(1_048_576) },
        { Id: '2', MessageBody: 'y' },
      ]).toMatchObject({
        name: 'BatchRequestTooLong',
        message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
      });
    },
  );
});
