import { temporaryFolder } from '@lantern/testing';
import { afterEach, expect, it } from 'vitest';
import { startLantern, type Lantern } from './lantern.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A suite in which jobs proceed as `progression` says, with a document to analyse. */
async function open(progression: 'immediate' | 'manual') {
  const folder = await temporaryFolder(`progression-${progression}`);
  ends.push(() => folder.remove());
  const lantern = await startLantern({
    env: { LANTERN_DATA_DIR: folder.path, LANTERN_PORT: '0', LANTERN_JOBS_PROGRESSION: progression },
  });
  ends.push(() => lantern.close());
  const put = async (path: string, body?: string) => {
    const response = await fetch(`${lantern.url}${path}`, {
      method: 'PUT',
      headers: bearer(lantern),
      body: body ?? null,
    });
    expect(response.status).toBe(200);
  };
  await put('/documents');
  await put('/documents/texts', 'Heute ist ein schöner Tag.\n');
  return { lantern, statusOf: (id: unknown) => statusOf(lantern, id), start: () => start(lantern) };
}

const bearer = ({ credentials }: Lantern) => ({ authorization: `Bearer ${credentials?.apiKey}` });

async function call(lantern: Lantern, operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(lantern.url, {
    method: 'POST',
    headers: {
      ...bearer(lantern),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Comprehend_20171127.${operation}`,
    },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

async function start(lantern: Lantern): Promise<unknown> {
  const { JobId } = await call(lantern, 'StartDominantLanguageDetectionJob', {
    InputDataConfig: { S3Uri: 's3://documents/texts' },
    OutputDataConfig: { S3Uri: 's3://documents/results' },
    DataAccessRoleArn: `arn:aws:iam::${lantern.credentials?.account}:role/reader`,
  });
  return JobId;
}

async function statusOf(lantern: Lantern, JobId: unknown): Promise<unknown> {
  const described = await call(lantern, 'DescribeDominantLanguageDetectionJob', { JobId });
  return (described['DominantLanguageDetectionJobProperties'] as Record<string, unknown>)['JobStatus'];
}

it('immediate: a start answers when the job has ended', async () => {
  const { start, statusOf } = await open('immediate');
  expect(await statusOf(await start())).toBe('COMPLETED');
}, 60_000);

it('manual: jobs wait until the program runs them, all of them, each time it says so', async () => {
  const { lantern, start, statusOf } = await open('manual');
  const first = await Promise.all([start(), start()]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await Promise.all(first.map(statusOf))).toEqual(['SUBMITTED', 'SUBMITTED']);
  await lantern.runJobs();
  expect(await Promise.all(first.map(statusOf))).toEqual(['COMPLETED', 'COMPLETED']);
  const second = await start();
  expect(await statusOf(second)).toBe('SUBMITTED');
  await lantern.runJobs();
  expect(await statusOf(second)).toBe('COMPLETED');
}, 60_000);
