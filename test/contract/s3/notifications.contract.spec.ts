import { randomUUID } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type Event,
  type NotificationConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const recorded = (test: string) =>
  ({
    evidence: 'recorded',
    source: `https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/s3/test_s3_notifications_sqs.snapshot.json (${test})`,
    read: '2026-11',
  }) as const;
const guide = (page: string) =>
  ({
    evidence: 'documented',
    source: `https://docs.aws.amazon.com/AmazonS3/latest/userguide/${page}.html`,
    read: '2026-11',
  }) as const;

/** A record of S3's message, as far as the tests read it. */
interface EventRecord {
  readonly eventName: string;
  readonly eventVersion: string;
  readonly s3: { readonly object: { readonly key: string; readonly sequencer?: string } };
}

describe('S3 notifications', () => {
  let suite: Suite;
  let s3: S3Client;
  let sqs: SQSClient;
  beforeAll(async () => {
    suite = await startSuite('s3-notifications');
    s3 = suite.s3();
    sqs = new SQSClient(suite.client());
  });
  afterAll(() => suite.close());

  const newBucket = async () => {
    const Bucket = `bucket-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  };
  const newQueue = async () => {
    const QueueName = `queue-${randomUUID()}`;
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
    return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:${suite.credentials.account}:${QueueName}` };
  };
  const configure = (Bucket: string, configuration: NotificationConfiguration, more: object = {}) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: configuration, ...more }),
    );
  const configuration = async (Bucket: string) => {
    const { $metadata, ...rest } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect($metadata.httpStatusCode).toBe(200);
    return rest;
  };
  /** A bucket that tells a queue of some events, and the queue without the test message. */
  const watched = async (...Events: Event[]) => {
    const [Bucket, queue] = await Promise.all([newBucket(), newQueue()]);
    await configure(Bucket, { QueueConfigurations: [{ Id: 'config', QueueArn: queue.arn, Events }] });
    expect(await take(queue.url, 1)).toMatchObject([{ Event: 's3:TestEvent' }]);
    return { Bucket, queue };
  };
  /** So many messages, parsed, in their order. */
  const take = async (QueueUrl: string, count: number): Promise<object[]> => {
    const taken: object[] = [];
    for (let tries = 0; taken.length < count && tries < 20; tries++) {
      const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      for (const { Body = '', ReceiptHandle } of (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? []) {
        taken.push(JSON.parse(Body) as object);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
    return taken;
  };
  /** Whether nothing more arrives; what is published takes milliseconds. */
  const isQuiet = async (QueueUrl: string) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }))).Messages === undefined;
  const records = async (QueueUrl: string, count: number): Promise<EventRecord[]> =>
    ((await take(QueueUrl, count)) as { Records: EventRecord[] }[]).flatMap(({ Records }) => Records);
  const put = (Bucket: string, Key: string, Body = 'something') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

  contract('say what was put, as S3 writes it', recorded('test_object_created_put'), async () => {
    const { Bucket, queue } = await watched('s3:ObjectCreated:*');
    await put(Bucket, 'my_key_0');
    const [message] = await take(queue.url, 1);
    expect(message).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: expect.stringMatching(/^AWS:\w+/) as string },
          requestParameters: { sourceIPAddress: expect.stringMatching(/^[\d.:a-f]+$/) as string },
          responseElements: {
            'x-amz-request-id': expect.any(String) as string,
            'x-amz-id-2': expect.any(String) as string,
          },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'config',
            bucket: {
              name: Bucket,
              ownerIdentity: { principalId: expect.stringMatching(/^\w+$/) as string },
              arn: `arn:aws:s3:::${Bucket}`,
            },
            object: {
              key: 'my_key_0',
              size: 9,
              eTag: '437b930db84b8079c2dd804a71936b5f',
              sequencer: expect.stringMatching(/^[\dA-F]+$/) as string,
            },
          },
        },
      ],
    });
  });

  contract(
    'name every kind of change, in the order of a key',
    recorded('test_object_created_and_object_removed and others'),
    async () => {
      const { Bucket, queue } = await watched('s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*');
      const Key = 'a key';
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const part = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
      await put(Bucket, Key);
      await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
      await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
      await s3.send(
        new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/a%20key`, MetadataDirective: 'REPLACE' }),
      );
      await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      await put(Bucket, Key);
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: 'never was' }] } }));
      const told = await records(queue.url, 8);
      expect(told.map(({ eventName, s3: { object } }) => [eventName, object.key])).toEqual(
        [
          'ObjectCreated:Put',
          'ObjectTagging:Put',
          'ObjectTagging:Delete',
          'ObjectCreated:Copy',
          'ObjectCreated:CompleteMultipartUpload',
          'ObjectRemoved:Delete',
          'ObjectCreated:Put',
          'ObjectRemoved:Delete',
        ].map((name) => [name, 'a+key']),
      );
      const sequencers = told.flatMap(({ s3: { object } }) => object.sequencer ?? []);
      expect(sequencers).toEqual([...sequencers].sort());
      expect(new Set(sequencers).size).toBe(6);
      expect(told[1]).toMatchObject({ eventVersion: '2.3' });
      expect(Object.keys(told[5]?.s3.object ?? {})).toEqual(['key', 'sequencer']);
      expect(await isQuiet(queue.url)).toBe(true);
    },
  );

  contract('write keys as in forms', recorded('test_key_encoding'), async () => {
    const { Bucket, queue } = await watched('s3:ObjectCreated:Put');
    await put(Bucket, "a@b/ü (1)*'~.txt");
    const [record] = await records(queue.url, 1);
    expect(record?.s3.object.key).toBe('a%40b/%C3%BC+%281%29*%27%7E.txt');
  });

  contract(
    'follow prefixes and suffixes, and are given back as S3 writes them',
    recorded('test_notifications_with_filter'),
    async () => {
      const [Bucket, queue] = await Promise.all([newBucket(), newQueue()]);
      const FilterRules = [
        { Name: 'prefix' as const, Value: 'testupload/' },
        { Name: 'suffix' as const, Value: 'testfile.txt' },
      ];
      const Events: Event[] = ['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete'];
      await configure(Bucket, {
        QueueConfigurations: [{ QueueArn: queue.arn, Events, Filter: { Key: { FilterRules } } }],
      });
      expect(await configuration(Bucket)).toEqual({
        QueueConfigurations: [
          {
            Id: expect.stringMatching(/./) as string,
            QueueArn: queue.arn,
            Events,
            Filter: {
              Key: {
                FilterRules: [
                  { ...FilterRules[0], Name: 'Prefix' },
                  { ...FilterRules[1], Name: 'Suffix' },
                ],
              },
            },
          },
        ],
      });
      await take(queue.url, 1);
      for (const key of ['testfile.txt', 'testupload/testfile.jpg', 'testupload/dir1/testfile.txt'])
        await put(Bucket, key);
      expect((await records(queue.url, 1)).map(({ s3: { object } }) => object.key)).toEqual([
        'testupload/dir1/testfile.txt',
      ]);
      await configure(Bucket, {});
      expect(await configuration(Bucket)).toEqual({});
      await put(Bucket, 'testupload/testfile.txt');
      expect(await isQuiet(queue.url)).toBe(true);
    },
  );

  contract(
    'refuse what they cannot reach',
    recorded('test_invalid_sqs_arn, test_multiple_invalid_sqs_arns'),
    async () => {
      const Bucket = await newBucket();
      const Events: Event[] = ['s3:ObjectCreated:*'];
      const queueConfigurations = (...arns: string[]) => ({
        QueueConfigurations: arns.map((QueueArn) => ({ QueueArn, Events })),
      });
      await expect(configure(Bucket, queueConfigurations('invalid-queue'))).rejects.toMatchObject({
        name: 'InvalidArgument',
        message: 'The ARN could not be parsed',
        ArgumentName: 'Queue',
        ArgumentValue: 'invalid-queue',
      });
      const missing = `arn:aws:sqs:us-east-1:${suite.credentials.account}:my-queue`;
      await expect(configure(Bucket, queueConfigurations(missing))).rejects.toMatchObject({
        name: 'InvalidArgument',
        message: 'Unable to validate the following destination configurations',
        ArgumentName1: missing,
        ArgumentValue1: 'The destination queue does not exist',
      });
      await expect(
        configure(Bucket, queueConfigurations('arn:aws:sqs:us-east-1:999999999999:q')),
      ).rejects.toMatchObject({
        name: 'InvalidArgument',
      });
      expect(await configuration(Bucket)).toEqual({});
      await configure(Bucket, queueConfigurations(missing), { SkipDestinationValidation: true });
      expect(await configuration(Bucket)).toMatchObject(queueConfigurations(missing));
      await put(Bucket, 'goes nowhere');
    },
  );

  contract('refuse rules that would tell twice, and functions', guide('notification-how-to-filtering'), async () => {
    const [Bucket, { arn: QueueArn }] = await Promise.all([newBucket(), newQueue()]);
    const rule = (event: Event, Value: string) => ({
      QueueArn,
      Events: [event],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value }] } },
    });
    const QueueConfigurations = [rule('s3:ObjectCreated:*', 'images'), rule('s3:ObjectCreated:Put', 'images/jpg')];
    await expect(configure(Bucket, { QueueConfigurations })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message:
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    });
    await configure(Bucket, {
      QueueConfigurations: [rule('s3:ObjectCreated:*', 'images'), rule('s3:ObjectCreated:Put', 'logs')],
    });
    await configure(Bucket, {
      QueueConfigurations: [rule('s3:ObjectCreated:*', 'a'), rule('s3:ObjectRemoved:*', 'a')],
    });
    const LambdaFunctionArn = `arn:aws:lambda:us-east-1:${suite.credentials.account}:function:f`;
    await expect(
      configure(Bucket, { LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }] }),
    ).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  });

  contract('go to topics too, and go with their bucket', guide('EventNotifications'), async () => {
    const Bucket = await newBucket();
    const sns = new SNSClient(suite.client());
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `topic-${randomUUID()}` }));
    const TopicConfigurations = [{ Id: 'topic', TopicArn, Events: ['s3:ObjectCreated:*'] as Event[] }];
    await configure(Bucket, { TopicConfigurations, EventBridgeConfiguration: {} });
    expect(await configuration(Bucket)).toEqual({ TopicConfigurations, EventBridgeConfiguration: {} });
    await expect(
      configure(Bucket, { TopicConfigurations: [{ TopicArn: `${TopicArn}-missing`, Events: ['s3:ObjectCreated:*'] }] }),
    ).rejects.toMatchObject({ ArgumentValue1: 'The destination topic does not exist' });
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await s3.send(new CreateBucketCommand({ Bucket }));
    expect(await configuration(Bucket)).toEqual({});
  });
});
