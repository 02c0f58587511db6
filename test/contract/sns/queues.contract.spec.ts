import { randomUUID } from 'node:crypto';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const guide = (page: string) =>
  ({
    evidence: 'documented',
    source: `https://docs.aws.amazon.com/sns/latest/dg/${page}.html`,
    read: '2026-11',
  }) as const;
const documented = (operation: string) =>
  ({
    evidence: 'documented',
    source: `https://docs.aws.amazon.com/sns/latest/api/API_${operation}.html`,
    read: '2026-11',
  }) as const;

interface Queue {
  readonly url: string;
  readonly arn: string;
}

describe('SNS to SQS', () => {
  let suite: Suite;
  let sns: SNSClient;
  let sqs: SQSClient;
  beforeAll(async () => {
    suite = await startSuite('sns-queues');
    sns = new SNSClient(suite.client());
    sqs = new SQSClient(suite.client());
  });
  afterAll(() => suite.close());

  const newTopic = async (suffix = '', Attributes: Record<string, string> = {}): Promise<string> =>
    (await sns.send(new CreateTopicCommand({ Name: `topic-${randomUUID()}${suffix}`, Attributes }))).TopicArn ?? '';
  const newQueue = async (suffix = '', Attributes: Record<string, string> = {}): Promise<Queue> => {
    const QueueName = `queue-${randomUUID()}${suffix}`;
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:${suite.credentials.account}:${QueueName}` };
  };
  const subscribe = async (TopicArn: string, { arn }: Queue, Attributes: Record<string, string> = {}) =>
    (await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes }))).SubscriptionArn ??
    '';
  /** Takes messages until there are so many, in the order in which they came. */
  const take = async ({ url }: Queue, count: number): Promise<Message[]> => {
    const taken: Message[] = [];
    for (let tries = 0; taken.length < count && tries < 20; tries++) {
      const receive = { QueueUrl: url, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 };
      const all = { AttributeNames: ['All' as const], MessageAttributeNames: ['All'] };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ ...receive, ...all }));
      taken.push(...Messages);
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
    return taken;
  };
  const textOf = ({ Body = '' }: Message) => (JSON.parse(Body) as { Message: string }).Message;

  contract('a queue is subscribed at once, and gets a signed envelope', guide('sns-sqs-as-subscriber'), async () => {
    const [topic, queue] = [await newTopic(), await newQueue()];
    const subscription = await subscribe(topic, queue);
    expect(subscription).toMatch(new RegExp(`^${topic}:[\\da-f-]{36}$`));
    expect(await subscribe(topic, queue)).toBe(subscription);
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn: topic, Message: 'hällo', Subject: 'news' }));
    const [message] = await take(queue, 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: topic,
      Subject: 'news',
      Message: 'hällo',
      SignatureVersion: '1',
    });
    expect(message?.MessageAttributes).toBeUndefined();
  });

  contract(
    'raw delivery sends the text and the attributes',
    guide('sns-large-payload-raw-message-delivery'),
    async () => {
      const [topic, queue] = [await newTopic(), await newQueue()];
      await subscribe(topic, queue, { RawMessageDelivery: 'true' });
      const MessageAttributes = {
        name: { DataType: 'String', StringValue: 'ann' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.of(1, 0, 255) },
      };
      await sns.send(new PublishCommand({ TopicArn: topic, Message: 'bare', MessageAttributes }));
      const [message] = await take(queue, 1);
      expect(message?.Body).toBe('bare');
      expect(message?.MessageAttributes).toMatchObject({
        name: { DataType: 'String', StringValue: 'ann' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 0, 255]) },
      });
    },
  );

  contract('what cannot be delivered goes to the dead-letter queue', guide('sns-dead-letter-queues'), async () => {
    const [topic, dead] = [await newTopic(), await newQueue()];
    const gone = { url: '', arn: `arn:aws:sqs:us-east-1:${suite.credentials.account}:gone-${randomUUID()}` };
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn });
    const subscription = await subscribe(topic, gone, { RedrivePolicy });
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription }));
    expect(Attributes?.['RedrivePolicy']).toBe(RedrivePolicy);
    await sns.send(new PublishCommand({ TopicArn: topic, Message: 'lost?' }));
    const [message] = await take(dead, 1);
    expect(message && textOf(message)).toBe('lost?');
    const wrong = sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: subscription,
        AttributeName: 'RedrivePolicy',
        AttributeValue: JSON.stringify({ deadLetterTargetArn: topic }),
      }),
    );
    await expect(wrong).rejects.toMatchObject({
      message: 'Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn',
    });
  });

  contract('a FIFO topic keeps the order of each group', guide('fifo-topic-message-ordering'), async () => {
    const topic = await newTopic('.fifo', { FifoTopic: 'true', ContentBasedDeduplication: 'true' });
    const queue = await newQueue('.fifo', { FifoQueue: 'true' });
    await subscribe(topic, queue, { RawMessageDelivery: 'true' });
    const texts = Array.from({ length: 12 }, (_, i) => `message ${i}`);
    const numbers: string[] = [];
    for (const [i, Message] of texts.entries()) {
      const publish = new PublishCommand({ TopicArn: topic, Message, MessageGroupId: `group-${i % 2}` });
      numbers.push((await sns.send(publish)).SequenceNumber ?? '');
    }
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(12);
    const taken = await take(queue, 12);
    for (const group of ['group-0', 'group-1']) {
      const inGroup = taken.filter(({ Attributes }) => Attributes?.MessageGroupId === group).map(({ Body }) => Body);
      expect(inGroup).toEqual(texts.filter((_, i) => group === `group-${i % 2}`));
    }
  });

  contract('a FIFO topic takes a message once in five minutes', guide('fifo-message-dedup'), async () => {
    const topic = await newTopic('.fifo', { FifoTopic: 'true' });
    const queue = await newQueue('.fifo', { FifoQueue: 'true' });
    await subscribe(topic, queue, { RawMessageDelivery: 'true' });
    const publish = (Message: string, MessageDeduplicationId?: string, MessageGroupId: string | undefined = 'g') =>
      sns.send(new PublishCommand({ TopicArn: topic, Message, MessageGroupId, MessageDeduplicationId }));
    const first = await publish('one', 'a');
    expect(await publish('two', 'a')).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    });
    await publish('three', 'b');
    expect((await take(queue, 2)).map(({ Body }) => Body)).toEqual(['one', 'three']);
    await expect(publish('x')).rejects.toMatchObject({
      message: expect.stringMatching(/ContentBasedDeduplication/) as string,
    });
    const withoutGroup = sns.send(new PublishCommand({ TopicArn: topic, Message: 'x', MessageDeduplicationId: 'c' }));
    await expect(withoutGroup).rejects.toMatchObject({
      message: 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    });
    const toStandard = sns.send(
      new PublishCommand({ TopicArn: await newTopic(), Message: 'x', MessageDeduplicationId: 'c' }),
    );
    await expect(toStandard).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const webhook = sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'https', Endpoint: 'https://example.com/' }),
    );
    await expect(webhook).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  contract('a batch tells what became of each entry', documented('PublishBatch'), async () => {
    const [topic, queue] = [await newTopic(), await newQueue()];
    await subscribe(topic, queue, { RawMessageDelivery: 'true' });
    const send = (PublishBatchRequestEntries: { Id: string; Message: string; Subject?: string }[]) =>
      sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }));
    const { Successful, Failed } = await send([
      { Id: 'a', Message: 'one' },
      { Id: 'b', Message: 'two', Subject: 'two\nlines' },
      { Id: 'c', Message: 'three' },
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(Failed).toEqual([
      { Id: 'b', Code: 'InvalidParameter', Message: 'Invalid parameter: Subject', SenderFault: true },
    ]);
    expect((await take(queue, 2)).map(({ Body }) => Body).sort()).toEqual(['one', 'three']);
    const entry = { Id: 'a', Message: 'x' };
    const eleven = Array.from({ length: 11 }, (_, i) => ({ Id: `e${i}`, Message: 'x' }));
    for (const [entries, name] of [
      [[], 'EmptyBatchRequestException'],
      [eleven, 'TooManyEntriesInBatchRequestException'],
      [[entry, entry], 'BatchEntryIdsNotDistinctException'],
      [[{ ...entry, Id: 'a b' }], 'InvalidBatchEntryIdException'],
      [[entry, { Id: 'b', Message: 'x'.repeat(262_144) }], 'BatchRequestTooLongException'],
    ] as const) {
      await expect(send([...entries]), name).rejects.toMatchObject({ name });
    }
  });

  contract('messages that are none are refused in the words of AWS', documented('Publish'), async () => {
    const topic = await newTopic();
    const publish = (input: object) => sns.send(new PublishCommand({ TopicArn: topic, Message: 'x', ...input }));
    const attribute = (DataType: string, StringValue?: string) => ({
      MessageAttributes: { a: { DataType, StringValue } },
    });
    for (const [input, message] of [
      [{ Message: '' }, 'Invalid parameter: Empty message'],
      [{ Message: 'ü'.repeat(131_073) }, 'Invalid parameter: Message too long'],
      [{ Subject: 'x'.repeat(101) }, 'Invalid parameter: Subject'],
      [{ MessageStructure: 'xml' }, 'Invalid parameter: MessageStructure'],
      [{ MessageStructure: 'json' }, 'Invalid parameter: Message Structure - JSON message body failed to parse'],
      [
        { MessageStructure: 'json', Message: '{"sqs":"x"}' },
        'Invalid parameter: Message Structure - No default entry in JSON message body',
      ],
      [{ TopicArn: undefined }, 'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter'],
      [
        attribute('String'),
        "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
      ],
      [
        attribute('Text', 'x'),
        "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
      ],
      [attribute('Number', 'x'), "Could not cast message attribute 'a' value to number."],
    ] as const) {
      await expect(publish(input), message).rejects.toMatchObject({ message });
    }
    await expect(publish({ Message: 'x'.repeat(262_144) })).resolves.toMatchObject({
      MessageId: expect.any(String) as string,
    });
    await expect(publish({ TopicArn: undefined, PhoneNumber: '+15550100' })).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });

  contract('subscriptions that are none are refused in the words of AWS', documented('Subscribe'), async () => {
    const topic = await newTopic();
    const queue = await newQueue();
    const send = (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
      sns.send(new SubscribeCommand({ TopicArn: topic, Protocol, Endpoint, Attributes }));
    const deep = JSON.stringify({ a: { b: ['c'] } });
    for (const [call, message] of [
      [() => send('fax', 'x'), 'Invalid parameter: Amazon SNS does not support this protocol string: fax'],
      [() => send('https', 'http://example.com/'), 'Invalid parameter: Endpoint must match the specified protocol'],
      [() => send('sqs', 'https://example.com/'), 'Invalid parameter: SQS endpoint ARN'],
      [
        () => send('sqs', queue.arn, { RawMessageDelivery: 'yes' }),
        'Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [yes]. Must be true or false.',
      ],
      [
        () => send('sqs', queue.arn, { FilterPolicy: '{"a":[{"fly":1}]}' }),
        'Invalid parameter: FilterPolicy: Unrecognized match type fly',
      ],
      [
        () => send('sqs', queue.arn, { FilterPolicy: deep }),
        'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
      ],
      [() => send('sqs', queue.arn, { Other: 'x' }), 'Invalid parameter: AttributeName'],
    ] as const) {
      await expect(call(), message).rejects.toMatchObject({ name: 'InvalidParameterException', message });
    }
    for (const protocol of ['email', 'sms', 'lambda', 'firehose', 'application']) {
      await expect(send(protocol, 'x'), protocol).rejects.toMatchObject({ name: 'NotImplemented' });
    }
    await send('sqs', queue.arn, { FilterPolicyScope: 'MessageBody', FilterPolicy: deep });
    await expect(send('sqs', queue.arn, { RawMessageDelivery: 'true' })).rejects.toMatchObject({
      message: 'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    });
  });
});
