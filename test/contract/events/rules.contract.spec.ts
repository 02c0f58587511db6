import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { contract, temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const program = join(import.meta.dirname, '..', '..', '..', '..', 'apps', 'gateway', 'bin', 'lantern.mjs');

// Rules are made on the machine of the suite, so that this runs nowhere else.
describe.skipIf(process.env.CONTRACT_TARGET)('rules for events', () => {
  let suite: Suite;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('rules');
    suite = await startSuite('rules', { LANTERN_DATA_DIR: folder.path });
  });
  afterAll(async () => {
    await suite.close();
    await folder.remove();
  });

  const lantern = (...line: string[]) =>
    promisify(execFile)(process.execPath, [program, 'events', ...line, '--data-dir', folder.path]);

  contract(
    'changes of objects reach a queue as EventBridge writes them, by a pattern',
    {
      evidence: 'recorded',
      source:
        'https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/s3/test_s3_notifications_eventbridge.snapshot.json (test_object_created_put)',
      read: '2026-11',
    },
    async () => {
      const [s3, sqs] = [suite.s3(), new SQSClient(suite.client())];
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'ruled' }));
      const { account } = suite.credentials;
      const Bucket = 'ruled-bucket';
      await s3.send(new CreateBucketCommand({ Bucket }));
      const pattern = JSON.stringify({
        source: ['aws.s3'],
        detail: { bucket: { name: [Bucket] }, object: { key: [{ wildcard: 'in/*.txt' }] } },
      });
      const arn = `arn:aws:sqs:us-east-1:${account}:ruled`;
      await lantern('rules', 'put', 'uploads', '--pattern', pattern, '--target', arn);
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
      for (const Key of ['out/a.txt', 'in/a b.txt']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'test' }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'in/a b.txt' }));
      const events: unknown[] = [];
      for (let tries = 0; events.length < 2 && tries < 20; tries++) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
        );
        events.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown));
      }
      const text = expect.any(String) as string;
      const envelope = {
        version: '0',
        id: text,
        source: 'aws.s3',
        account,
        time: text,
        region: 'us-east-1',
        resources: [`arn:aws:s3:::${Bucket}`],
      };
      const detail = {
        version: '0',
        bucket: { name: Bucket },
        'request-id': text,
        requester: account,
        'source-ip-address': text,
      };
      expect(events).toEqual([
        {
          ...envelope,
          'detail-type': 'Object Created',
          detail: {
            ...detail,
            object: { key: 'in/a b.txt', size: 4, etag: '098f6bcd4621d373cade4e832627b4f6', sequencer: text },
            reason: 'PutObject',
          },
        },
        {
          ...envelope,
          'detail-type': 'Object Deleted',
          detail: {
            ...detail,
            object: { key: 'in/a b.txt', sequencer: text },
            reason: 'DeleteObject',
            'deletion-type': 'Permanently Deleted',
          },
        },
      ]);
      expect((await lantern('rules', 'list')).stdout).toBe(`uploads\t${pattern}\t${arn}\n`);
      await lantern('rules', 'remove', 'uploads');
      expect((await lantern('rules', 'list')).stdout).toBe('');
    },
  );
});
