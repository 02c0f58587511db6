import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { documented, recorded, startSqsSuite, type SqsSuite } from './sqs-suite.js';

// AWS's own clients of that protocol, boto3 before 1.29 among them, are tried in test/clients.
describe('SQS over the query protocol', () => {
  let suite: SqsSuite;
  beforeAll(async () => {
    suite = await startSqsSuite('sqs-query');
  });
  afterAll(() => suite.close());

  /** Posts a form, to a queue's own URL as older clients do. */
  const call = async (url: string, parameters: Record<string, string>) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${suite.credentials.apiKey}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
    });
    return { status: response.status, text: await response.text() };
  };
  const element = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

  contract('sends, receives and deletes', documented('SendMessage'), async () => {
    const created = await call(suite.url, {
      Action: 'CreateQueue',
      QueueName: 'by-query',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '7',
      'Tag.1.Key': 'k',
      'Tag.1.Value': 'v',
    });
    const url = element(created.text, 'QueueUrl') ?? '';
    expect(url).toBe(`${suite.url}/${suite.credentials.account}/by-query`);
    expect(await suite.attribute(url, 'VisibilityTimeout')).toBe('7');
    const sent = await call(url, {
      Action: 'SendMessage',
      QueueUrl: url,
      MessageBody: 'msg',
      'MessageAttribute.1.Name': 'Foo',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'Bar',
    });
    expect(element(sent.text, 'MD5OfMessageAttributes')).toBe('ae7155c6026991b6d54b11589678bf9c');
    const received = await call(url, {
      Action: 'ReceiveMessage',
      QueueUrl: url,
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    expect(received.text).toMatch(
      /<ReceiveMessageResult><Message><MessageId>.*<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>/,
    );
    expect(element(received.text, 'MD5OfMessageAttributes')).toBe('ae7155c6026991b6d54b11589678bf9c');
    const ReceiptHandle = element(received.text, 'ReceiptHandle') ?? '';
    expect((await call(url, { Action: 'DeleteMessage', QueueUrl: url, ReceiptHandle })).status).toBe(200);
    expect(await suite.attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
  });

  contract('sends a message of one mebibyte of awkward text', documented('SendMessage'), async () => {
    const url = await suite.newQueue();
    const sent = await call(url, { Action: 'SendMessage', QueueUrl: url, MessageBody: 'ü'.repeat(524_288) });
    expect(sent.status).toBe(200);
    expect((await suite.receive(url))[0]?.Body).toHaveLength(524_288);
  });

  contract(
    'answers errors with the codes of that protocol',
    recorded('test_non_existent_queue, test_send_empty_message'),
    async () => {
      const url = await suite.newQueue();
      const missing = await call(url, {
        Action: 'GetQueueAttributes',
        QueueUrl: `${url}-missing`,
        'AttributeName.1': 'All',
      });
      expect([missing.status, element(missing.text, 'Code'), element(missing.text, 'Type')]).toEqual([
        400,
        'AWS.SimpleQueueService.NonExistentQueue',
        'Sender',
      ]);
      const empty = await call(url, { Action: 'SendMessage', QueueUrl: url, MessageBody: '' });
      expect([element(empty.text, 'Code'), element(empty.text, 'Message')]).toEqual([
        'MissingParameter',
        'The request must contain the parameter MessageBody.',
      ]);
      const invalid = await call(url, { Action: 'ReceiveMessage', QueueUrl: url, MaxNumberOfMessages: '11' });
      expect([element(invalid.text, 'Code'), element(invalid.text, 'Message')]).toEqual([
        'InvalidParameterValue',
        'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
      ]);
    },
  );
});
