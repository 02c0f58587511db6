import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ComprehendClient,
  DescribeDominantLanguageDetectionJobCommand,
  StartDominantLanguageDetectionJobCommand,
} from '@aws-sdk/client-comprehend';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { temporaryFolder } from '@lantern/testing';
import { describe, expect, it } from 'vitest';
import { freePort, startProgram, type StartedSuite } from '../support/started-suite.js';

const nLines = 300_000;
const sentence = 'Gestern Abend haben wir zusammen ein ausgezeichnetes Abendessen gekocht und dann gelesen.\n';
const residentMiB = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const quantile = (sorted: readonly number[], q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;

/** Milliseconds until health answers, asked again and again until told to end. */
async function askHealth(url: string, isOver: () => Promise<boolean>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i % 25 !== 24 || !(await isOver()); i++) {
    const before = performance.now();
    const response = await fetch(`${url}/health`);
    await response.arrayBuffer();
    times.push(performance.now() - before);
    expect(response.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return times.sort((a, b) => a - b);
}

function clientsOf({ url, credentials }: StartedSuite) {
  const settings = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return { s3: new S3Client({ ...settings, forcePathStyle: true }), comprehend: new ComprehendClient(settings) };
}

describe.skipIf(process.platform !== 'linux')('a suite that computes', () => {
  it(`answers health at once while a job reads ${nLines} documents, with flat memory`, async () => {
    const folder = await temporaryFolder('computing');
    const suite = await startProgram(join(folder.path, 'data'), await freePort());
    const { s3, comprehend } = clientsOf(suite);
    await s3.send(new CreateBucketCommand({ Bucket: 'documents' }));
    const run = async (Key: string, n: number) => {
      await s3.send(new PutObjectCommand({ Bucket: 'documents', Key, Body: sentence.repeat(n) }));
      const { JobId } = await comprehend.send(
        new StartDominantLanguageDetectionJobCommand({
          InputDataConfig: { S3Uri: `s3://documents/${Key}` },
          OutputDataConfig: { S3Uri: 's3://documents/results' },
          DataAccessRoleArn: `arn:aws:iam::${suite.credentials.account}:role/reader`,
        }),
      );
      const job = async () =>
        (await comprehend.send(new DescribeDominantLanguageDetectionJobCommand({ JobId })))
          .DominantLanguageDetectionJobProperties;
      const times = await askHealth(suite.url, async () => (await job())?.EndTime !== undefined);
      return { job: await job(), times };
    };
    await run('warm', 20_000);
    const residentBefore = residentMiB(suite.pid);
    let asked = 0;
    const idle = await askHealth(suite.url, () => Promise.resolve(++asked === 8));
    const { job, times } = await run('many', nLines);
    const growth = residentMiB(suite.pid) - residentBefore;

    expect(job?.JobStatus).toBe('COMPLETED');
    const seconds = (Number(job?.EndTime) - Number(job?.SubmitTime)) / 1000;
    const tell = (sorted: readonly number[]) => [0.5, 0.99, 1].map((q) => quantile(sorted, q).toFixed(1)).join(' / ');
    console.log(
      `${nLines} documents in ${seconds.toFixed(1)} s; health p50 / p99 / max in ms: idle ${tell(idle)}, computing ${tell(times)} (${times.length} asked); peak memory grew by ${growth.toFixed(0)} MiB`,
    );
    expect(times.length).toBeGreaterThan(50);
    // On a machine that does nothing else; where idle answers are slow already, the job may not make them much slower.
    expect(quantile(times, 0.99)).toBeLessThan(Math.max(50, 5 * quantile(idle, 0.99)));
    // The output is 30 MB, the input as much: neither is held in memory.
    expect(growth).toBeLessThan(100);

    const [, Key] = /^s3:\/\/documents\/(.+)$/.exec(job?.OutputDataConfig?.S3Uri ?? '') ?? [];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'documents', Key }));
    const archive = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const output = execFileSync('tar', ['-xzO', 'output'], { input: archive, maxBuffer: 1 << 30 }).toString();
    expect(output.split('\n')).toHaveLength(nLines + 1);
    expect(await suite.stop()).toBe(0);
    await folder.remove();
  });
});
