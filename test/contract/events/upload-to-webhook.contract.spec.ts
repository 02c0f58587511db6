import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ConfirmSubscriptionCommand, CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';
import { openWebhook, type Webhook } from '../../support/webhook.js';

/** S3's message, as far as a consumer reads it. */
interface S3Message {
  readonly Records?: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }[];
}

/** The object that a message tells of, as a consumer finds it. */
function objectOf(message: string | undefined) {
  const { s3 } = (JSON.parse(message ?? '{}') as S3Message).Records?.[0] ?? {};
  return { Bucket: s3?.bucket.name ?? '', Key: decodeURIComponent((s3?.object.key ?? '').replaceAll('+', ' ')) };
}

describe('from an upload to whom it concerns', () => {
  let suite: Suite;
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await openWebhook();
    suite = await startSuite('upload-to-webhook', { LANTERN_OUTBOUND_ALLOW: '127.0.0.1' });
  });
  afterAll(async () => {
    await suite.close();
    webhook.close();
  });

  contract(
    'an upload is told by S3 to a topic, by the topic to a queue and a webhook, and fetched by both',
    {
      evidence: 'documented',
      source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ways-to-add-notification-config-to-bucket.html',
      read: '2026-11',
    },
    async () => {
      const [s3, sns, sqs] = [suite.s3(), new SNSClient(suite.client()), new SQSClient(suite.client())];
      const name = `uploads-${randomUUID()}`;
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
      const queueArn = `arn:aws:sqs:us-east-1:${suite.credentials.account}:${name}`;
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: webhook.url }));
      const { message: question } = await webhook.next(({ message }) => message['Type'] === 'SubscriptionConfirmation');
      await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: question['Token'] }));
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      await s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: name,
          NotificationConfiguration: { TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectCreated:*'] }] },
        }),
      );
      await s3.send(new PutObjectCommand({ Bucket: name, Key: 'in/grüße an alle.txt', Body: 'Guten Tag' }));

      // S3's test message, which came first, has no records.
      const isUpload = (text: string | undefined) => objectOf(text).Bucket === name;
      const atWebhook = await webhook.next(
        ({ message }) => message['Type'] === 'Notification' && isUpload(message['Message']),
      );
      expect(atWebhook.message).toMatchObject({ Type: 'Notification', TopicArn, Subject: 'Amazon S3 Notification' });
      let atQueue: string | undefined;
      for (let tries = 0; !isUpload(atQueue) && tries < 20; tries++) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
        const notice = JSON.parse(Messages[0]?.Body ?? '{}') as { Message?: string };
        atQueue = notice.Message;
      }
      expect(atQueue).toBe(atWebhook.message['Message']);
      const { Body } = await s3.send(new GetObjectCommand(objectOf(atQueue)));
      expect(await Body?.transformToString()).toBe('Guten Tag');
    },
  );
});
