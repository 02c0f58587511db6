import { randomUUID } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  RemovePermissionCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { documented, recorded, startSqsSuite, type SqsSuite } from './sqs-suite.js';

describe('SQS queues', () => {
  let suite: SqsSuite;
  beforeAll(async () => {
    suite = await startSqsSuite('sqs-queues');
  });
  afterAll(() => suite.close());

  const create = (QueueName: string, Attributes?: Record<string, string>) =>
    suite.sqs.send(new CreateQueueCommand({ QueueName, ...(Attributes && { Attributes }) }));
  const attributes = async (QueueUrl: string) =>
    (await suite.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const name = () => `queue-${randomUUID()}`;

  contract('are made once, and found by their name', documented('CreateQueue'), async () => {
    const QueueName = name();
    const { QueueUrl } = await create(QueueName, { DelaySeconds: '1' });
    expect(QueueUrl).toBe(`${suite.url}/${suite.credentials.account}/${QueueName}`);
    expect((await create(QueueName)).QueueUrl).toBe(QueueUrl);
    expect((await create(QueueName, { DelaySeconds: '1' })).QueueUrl).toBe(QueueUrl);
    expect((await suite.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
  });

  contract(
    'are not made again with another attribute',
    recorded('test_create_queue_with_different_attributes_raises_exception'),
    async () => {
      const QueueName = name();
      await create(QueueName, { ReceiveMessageWaitTimeSeconds: '1', DelaySeconds: '1' });
      const again = create(QueueName, { ReceiveMessageWaitTimeSeconds: '1', DelaySeconds: '2' });
      await expect(again).rejects.toBeInstanceOf(QueueNameExists);
      await expect(again).rejects.toMatchObject({
        message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
      });
    },
  );

  contract("have AWS's attributes", recorded('test_create_and_update_queue_attributes'), async () => {
    const url = await suite.newQueue({
      MessageRetentionPeriod: '604800',
      ReceiveMessageWaitTimeSeconds: '10',
      VisibilityTimeout: '20',
    });
    const before = await attributes(url);
    expect(before).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/) as string,
      DelaySeconds: '0',
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/) as string,
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '604800',
      QueueArn: `arn:aws:sqs:us-east-1:${suite.credentials.account}:${url.split('/').at(-1)}`,
      ReceiveMessageWaitTimeSeconds: '10',
      VisibilityTimeout: '20',
    });
    expect(before).not.toHaveProperty('FifoQueue');
    expect(before).not.toHaveProperty('Policy');
    const Attributes = { MaximumMessageSize: '2048', VisibilityTimeout: '69', DelaySeconds: '420' };
    await suite.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    expect(await attributes(url)).toMatchObject(Attributes);
  });

  contract(
    'refuse attributes that they do not have, and values out of range',
    recorded('test_create_standard_queue_with_fifo_attribute_raises_error'),
    async () => {
      const refused = (given: Record<string, string>) => expect(create(name(), given)).rejects;
      await refused({ FifoQueue: 'false' }).toMatchObject({
        name: 'InvalidAttributeName',
        message: 'Unknown Attribute FifoQueue.',
      });
      await refused({ DeduplicationScope: 'queue' }).toMatchObject({
        name: 'InvalidAttributeName',
        message: 'You can specify the DeduplicationScope only when FifoQueue is set to true.',
      });
      await refused({ Bogus: 'x' }).toMatchObject({
        name: 'InvalidAttributeName',
        message: 'Unknown Attribute Bogus.',
      });
      await refused({ VisibilityTimeout: '43201' }).toMatchObject({ name: 'InvalidAttributeValue' });
      await refused({ KmsMasterKeyId: 'alias/aws/sqs' }).toMatchObject({ name: 'UnsupportedOperation' });
    },
  );

  contract('have names of letters, digits, hyphens and underscores', documented('CreateQueue'), async () => {
    for (const wrong of ['a b', 'a/b', 'x'.repeat(81), 'x.fifo'])
      await expect(create(wrong)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create('x', { FifoQueue: 'true' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  contract('are no more once deleted', recorded('test_non_existent_queue'), async () => {
    const QueueUrl = await suite.newQueue();
    await suite.send(QueueUrl, 'lost');
    await suite.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    const send = suite.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await expect(send).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(send).rejects.toMatchObject({ message: 'The specified queue does not exist.' });
    const QueueName = QueueUrl.split('/').at(-1) ?? '';
    await create(QueueName);
    expect(await suite.receive(QueueUrl)).toEqual([]);
  });

  contract('are listed by prefix and in pages', documented('ListQueues'), async () => {
    const prefix = `list-${randomUUID()}`;
    const urls = [];
    for (const i of [1, 2, 3]) urls.push((await create(`${prefix}-${i}`)).QueueUrl);
    const page = (more: object) => suite.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix, ...more }));
    expect((await page({})).QueueUrls).toEqual(urls);
    const first = await page({ MaxResults: 2 });
    expect(first.QueueUrls).toEqual(urls.slice(0, 2));
    const second = await page({ MaxResults: 2, NextToken: first.NextToken });
    expect([second.QueueUrls, second.NextToken]).toEqual([urls.slice(2), undefined]);
  });

  contract('are tagged', recorded('test_tag_untag_queue'), async () => {
    const QueueUrl = await suite.newQueue();
    const tags = async () => (await suite.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags;
    expect(await tags()).toBeUndefined();
    await suite.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await suite.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: '3' } }));
    expect(await tags()).toEqual({ a: '3', b: '2' });
    await suite.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a', 'none'] }));
    expect(await tags()).toEqual({ b: '2' });
  });

  contract('are purged once a minute', recorded('test_successive_purge_calls_fail'), async () => {
    const QueueUrl = await suite.newQueue();
    await suite.send(QueueUrl, 'visible');
    await suite.send(QueueUrl, 'delayed', { DelaySeconds: 60 });
    await suite.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attributes(QueueUrl)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
    });
    await expect(suite.sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
      message: `Only one PurgeQueue operation on ${QueueUrl.split('/').at(-1)} is allowed every 60 seconds.`,
    });
  });

  contract(
    'let another account in by permission, and no longer without it',
    recorded('test_sqs_permission_lifecycle'),
    async () => {
      const QueueUrl = await suite.newQueue();
      const stranger = new SQSClient(suite.client(await suite.strangersKey()));
      const call = () => stranger.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
      await expect(call()).rejects.toBeInstanceOf(QueueDoesNotExist);
      const account =
        (await suite.sts(await suite.strangersKey()).send(new GetCallerIdentityCommand({}))).Account ?? '';
      const permission = { QueueUrl, Label: 'guest', AWSAccountIds: [account], Actions: ['SendMessage'] };
      await suite.sqs.send(new AddPermissionCommand(permission));
      const arn = await suite.attribute(QueueUrl, 'QueueArn');
      expect(JSON.parse((await suite.attribute(QueueUrl, 'Policy')) ?? '')).toEqual({
        Version: '2008-10-17',
        Id: `${arn}/SQSDefaultPolicy`,
        Statement: [
          {
            Sid: 'guest',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: 'SQS:SendMessage',
            Resource: arn,
          },
        ],
      });
      await expect(call()).resolves.toMatchObject({ MessageId: expect.any(String) as string });
      await expect(stranger.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toBeInstanceOf(QueueDoesNotExist);
      await expect(suite.sqs.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
        message: 'Value guest for parameter Label is invalid. Reason: Already exists.',
      });
      await suite.sqs.send(new RemovePermissionCommand({ QueueUrl, Label: 'guest' }));
      await expect(call()).rejects.toBeInstanceOf(QueueDoesNotExist);
      expect(await suite.attribute(QueueUrl, 'Policy')).toBeUndefined();
      await expect(suite.sqs.send(new RemovePermissionCommand({ QueueUrl, Label: 'guest' }))).rejects.toMatchObject({
        message: "Value guest for parameter Label is invalid. Reason: can't find label.",
      });
    },
  );
});
