import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { ComprehendClient, DetectDominantLanguageCommand } from '@aws-sdk/client-comprehend';
import { DescribeVoicesCommand, PollyClient } from '@aws-sdk/client-polly';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { transportsTrusting, type Transport } from '../../support/transports.js';
import { germanText, reachesPolly, type CallName, type ClientRun, type Outcomes, type Reach } from './calls.js';

const verdict = async (call: () => Promise<boolean>): Promise<string> =>
  call().then(
    (right) => (right ? 'ok' : 'wrong answer'),
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** The JavaScript SDK over each transport that it has. */
export async function runJavaScript(reach: Reach): Promise<ClientRun[]> {
  const require = createRequire(import.meta.url);
  const { version } = require('@aws-sdk/client-comprehend/package.json') as { version: string };
  const runs: ClientRun[] = [];
  for (const transport of transportsTrusting(reach.host, readFileSync(reach.certificateFile, 'utf8'))) {
    const outcomes = await callsOver(transport, reach);
    transport.requestHandler.destroy();
    runs.push({ client: 'AWS SDK for JavaScript', version, transport: transport.name, outcomes });
  }
  return runs;
}

async function callsOver({ endpoint, requestHandler }: Transport, reach: Reach): Promise<Outcomes> {
  const settings = { endpoint, requestHandler, credentials: reach, region: 'us-east-1', maxAttempts: 1 };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const Bucket = `matrix-${randomBytes(6).toString('hex')}`;
  await s3.send(new CreateBucketCommand({ Bucket })).catch(() => undefined);
  const made: Record<CallName, () => Promise<boolean>> = {
    'Comprehend DetectDominantLanguage answers': async () => {
      const command = new DetectDominantLanguageCommand({ Text: germanText });
      return (await new ComprehendClient(settings).send(command)).Languages?.[0]?.LanguageCode === 'de';
    },
    'STS GetCallerIdentity knows the account': async () =>
      (await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Account === reach.account,
    'S3 GetObject gives back what PutObject took': async () => {
      const Body = randomBytes((1 << 20) + 1);
      await s3.send(new PutObjectCommand({ Bucket, Key: 'a key', Body }));
      const back = await s3.send(new GetObjectCommand({ Bucket, Key: 'a key' }));
      return Body.equals((await back.Body?.transformToByteArray()) ?? Buffer.alloc(0));
    },
    'S3 GetObject of a missing key is NoSuchKey': () =>
      s3.send(new GetObjectCommand({ Bucket, Key: 'none' })).then(
        () => false,
        (error: Error) => error.name === 'NoSuchKey',
      ),
    'Polly DescribeVoices reaches Polly': () =>
      new PollyClient(settings).send(new DescribeVoicesCommand({})).then(
        ({ Voices }) => Array.isArray(Voices),
        (error: Error) => reachesPolly(error.name),
      ),
  };
  const outcomes: Record<string, string> = {};
  for (const [name, call] of Object.entries(made)) outcomes[name] = await verdict(call);
  // Its keys are those of `made`.
  return outcomes as Record<CallName, string>;
}
