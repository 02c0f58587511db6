import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ComprehendClient, DetectDominantLanguageCommand } from '@aws-sdk/client-comprehend';
import { PollyClient, DescribeVoicesCommand } from '@aws-sdk/client-polly';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { contractTarget } from '../../support/external-suite.js';
import { startSuite, type Suite } from '../../support/suite.js';
import { transportsTo, type Transport } from '../../support/transports.js';

const ours = {
  evidence: 'ours' as const,
  source: 'docs/adr/0008-one-port.md: every protocol at one port',
  read: '2026-11',
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

// What stands in front of an installation may speak HTTP/1.1 alone.
describe.skipIf(contractTarget() !== undefined)('unmodified clients, whatever they speak', () => {
  let suite: Suite;
  let transports: Transport[];
  beforeAll(async () => {
    suite = await startSuite('transports');
    transports = await transportsTo(suite.url);
  });
  afterAll(async () => {
    for (const { requestHandler } of transports) requestHandler.destroy();
    await suite.close();
  });

  for (const name of ['HTTP/1.1', 'HTTP/2', 'HTTP/1.1, TLS', 'HTTP/2, TLS'] as const) {
    const settings = () => {
      const transport = transports.find((candidate) => candidate.name === name);
      if (!transport) throw new Error(`no transport is called ${name}`);
      return { ...suite.client(), endpoint: transport.endpoint, requestHandler: transport.requestHandler };
    };

    contract(`${name}: Comprehend answers`, ours, async () => {
      const command = new DetectDominantLanguageCommand({ Text: 'Wie komme ich am schnellsten zum Bahnhof?' });
      const { Languages } = await new ComprehendClient(settings()).send(command);
      expect(Languages?.[0]?.LanguageCode).toBe('de');
    });

    contract(`${name}: STS knows the caller, and refuses a wrong secret`, ours, async () => {
      const { Account } = await new STSClient(settings()).send(new GetCallerIdentityCommand({}));
      expect(Account).toBe(suite.credentials.account);
      const credentials = { ...suite.credentials, secretAccessKey: 'x'.repeat(40) };
      const stranger = new STSClient({ ...settings(), credentials }).send(new GetCallerIdentityCommand({}));
      await expect(stranger).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    });

    contract(`${name}: S3 takes and gives a large object as a stream, and its head`, ours, async () => {
      // The SDK's trailing checksums want `transfer-encoding`, which its own HTTP/2 handler then refuses.
      const requestChecksumCalculation = name.startsWith('HTTP/2') ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
      const s3 = new S3Client({ ...settings(), forcePathStyle: true, requestChecksumCalculation });
      const Bucket = `bucket-${randomUUID()}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      const bytes = randomBytes(24 << 20);
      const pieces = Array.from({ length: 24 }, (_, i) => bytes.subarray(i << 20, (i + 1) << 20));
      await s3.send(
        new PutObjectCommand({ Bucket, Key: 'large', Body: Readable.from(pieces), ContentLength: bytes.length }),
      );
      const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'large' }));
      expect(ContentLength).toBe(bytes.length);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
      const hash = createHash('sha256');
      // A reader that takes its time.
      for await (const piece of Body as Readable) {
        hash.update(piece as Buffer);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(hash.digest('hex')).toBe(sha256(bytes));
      await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    });
  }

  contract('Polly, which speaks HTTP/2 for every call, is told what is not done', ours, async () => {
    // Nothing but the endpoint: the client chooses HTTP/2 itself.
    const polly = new PollyClient(suite.client());
    await expect(polly.send(new DescribeVoicesCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
    polly.destroy();
  });
});
