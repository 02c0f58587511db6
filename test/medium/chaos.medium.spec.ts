import { execFileSync } from 'node:child_process';
import {
  ComprehendClient,
  DescribeDominantLanguageDetectionJobCommand,
  ListDominantLanguageDetectionJobsCommand,
  StartDominantLanguageDetectionJobCommand,
  StopDominantLanguageDetectionJobCommand,
  type DominantLanguageDetectionJobProperties,
} from '@aws-sdk/client-comprehend';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { EventRules } from '@lantern/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstallation, type Installation } from '../support/installation.js';
import { Killer } from './chaos/killer.js';
import { ends, inputs, nLines, planJobs, sentence, type PlannedJob } from './chaos/planned-jobs.js';
import { complaint, listenForStates, type StatesHeard } from './chaos/states-heard.js';

const nJobs = Number(process.env['CHAOS_JOBS'] ?? 1_000);
const seed = 'chaos';
/** Starts under way at once. */
const lanes = 8;
const region = 'us-east-1';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Does something until it is acknowledged: processes die under it. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (cause) {
      const { name, $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } };
      const status = $metadata?.httpStatusCode;
      // A refusal is an answer; everything else is a process that died.
      if ((status !== undefined && status < 500) || tries === 200) throw new Error(`${name}`, { cause });
      await pause(50);
    }
  }
}

describe(`${nJobs} jobs while processes are killed`, () => {
  let installation: Installation;
  let heard: StatesHeard;
  let comprehend: ComprehendClient;
  let s3: S3Client;
  const plan = planJobs(nJobs, seed);
  const idOf = new Map<PlannedJob, string>();
  const records = new Map<string, DominantLanguageDetectionJobProperties>();

  beforeAll(async () => {
    heard = await listenForStates();
    installation = await startInstallation({ comprehendAlone: false });
    const { credentials, balancer, database } = installation;
    const settings = { endpoint: balancer.url, region, credentials, maxAttempts: 1 };
    comprehend = new ComprehendClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    for (const Bucket of ['documents', 'results']) await s3.send(new CreateBucketCommand({ Bucket }));
    for (const [Key, n] of Object.entries(inputs)) {
      await s3.send(new PutObjectCommand({ Bucket: 'documents', Key, Body: `${sentence}\n`.repeat(n) }));
    }
    const sns = new SNSClient(settings);
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'states' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: heard.url }));
    await heard.confirmed;
    const rule = { name: 'states', pattern: JSON.stringify({ source: ['aws.comprehend'] }), targets: [TopicArn] };
    await new EventRules(database).put({ account: credentials.account, region }, rule);
  }, 180_000);
  afterAll(async () => {
    await installation.close();
    heard.close();
  }, 60_000);

  const start = (job: PlannedJob) =>
    insist(async () => {
      const { JobId = '' } = await comprehend.send(
        new StartDominantLanguageDetectionJobCommand({
          ClientRequestToken: job.token,
          JobName: job.fate,
          InputDataConfig: { S3Uri: job.input },
          OutputDataConfig: { S3Uri: job.output },
          DataAccessRoleArn: `arn:aws:iam::${installation.credentials.account}:role/reader`,
        }),
      );
      return JobId;
    });
  /** A job that is to be stopped is asked to, unless it has ended. */
  const stop = (JobId: string) =>
    insist(() => comprehend.send(new StopDominantLanguageDetectionJobCommand({ JobId }))).catch((cause: Error) => {
      if (cause.message !== 'InvalidRequestException') throw cause;
    });

  async function startAll(): Promise<void> {
    const left = plan.values();
    const work = async () => {
      for (const job of left) {
        const id = await start(job);
        idOf.set(job, id);
        if (job.fate === 'stopped') await stop(id);
      }
    };
    await Promise.all(Array.from({ length: lanes }, work));
  }

  async function untilAllEnded(): Promise<void> {
    for (const JobStatus of ['SUBMITTED', 'IN_PROGRESS', 'STOP_REQUESTED'] as const) {
      const list = new ListDominantLanguageDetectionJobsCommand({ Filter: { JobStatus }, MaxResults: 1 });
      while ((await insist(() => comprehend.send(list))).DominantLanguageDetectionJobPropertiesList?.length) {
        await pause(250);
      }
    }
  }

  it('ends each of them once, as it was meant to end, and loses none', async () => {
    const before = Date.now();
    const killer = new Killer(installation, seed);
    try {
      await startAll();
      const started = Date.now();
      // The kills go on while most of the jobs run.
      await Promise.race([untilAllEnded(), pause(1.5 * (started - before))]);
    } finally {
      await killer.stop();
    }
    await untilAllEnded();
    console.log(
      `${nJobs} jobs in ${((Date.now() - before) / 1000).toFixed(0)} s; kills: ${JSON.stringify(Object.fromEntries(killer.kills))}`,
    );
    expect(new Set(idOf.values()).size).toBe(nJobs);
    const wrong: string[] = [];
    for (const [job, JobId] of idOf) {
      const { DominantLanguageDetectionJobProperties: record } = await comprehend.send(
        new DescribeDominantLanguageDetectionJobCommand({ JobId }),
      );
      if (!record || !ends[job.fate].includes(record.JobStatus ?? '')) wrong.push(`${job.fate}: ${record?.JobStatus}`);
      if (record) records.set(JobId, record);
    }
    expect(wrong).toEqual([]);
    // A thousand jobs take long enough for every process to be killed, and more than once.
    const nKills = [...killer.kills.values()].reduce((sum, n) => sum + n, 0);
    expect(nKills).toBeGreaterThanOrEqual(Math.ceil(nJobs / 100));
  });

  it('started none twice', async () => {
    const ids: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await comprehend.send(new ListDominantLanguageDetectionJobsCommand({ NextToken, MaxResults: 500 }));
      ids.push(...(page.DominantLanguageDetectionJobPropertiesList ?? []).map(({ JobId }) => JobId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(ids.sort()).toEqual([...idOf.values()].sort());
  });

  it('wrote every archive whole, and none for a job that failed', async () => {
    const keys = new Set<string | undefined>();
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: 'results', ContinuationToken }));
      for (const { Key } of page.Contents ?? []) keys.add(Key);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    const wrong: string[] = [];
    /** Most archives are the same: the job's id is not in them. What is wrong with each is found out once. */
    const read = new Map<string, string | undefined>();
    for (const [job, id] of idOf) {
      const { JobStatus, OutputDataConfig } = records.get(id) ?? {};
      const Key = OutputDataConfig?.S3Uri?.replace('s3://results/', '');
      if (JobStatus === 'FAILED' || (JobStatus === 'STOPPED' && !keys.has(Key))) {
        if (keys.has(Key)) wrong.push(`${job.fate} ${id} failed and wrote`);
        continue;
      }
      const { Body, ETag = '' } = await s3.send(new GetObjectCommand({ Bucket: 'results', Key }));
      const archive = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const n = JobStatus === 'COMPLETED' ? nLines[job.fate] : undefined;
      const problem = read.has(ETag) ? read.get(ETag) : problemOf(untar(archive), n);
      read.set(ETag, problem);
      if (problem !== undefined) wrong.push(`${job.fate} ${id}: ${problem}`);
    }
    expect(wrong).toEqual([]);
    expect(read.size).toBeGreaterThan(1);
  });

  it('told the webhook every state of every job, in order', async () => {
    const complaints = () =>
      [...idOf].flatMap(([job, id]) => {
        const found = complaint(heard.byJob.get(id), records.get(id)?.JobStatus ?? '');
        return found === undefined ? [] : [`${job.fate} ${id}: ${found}`];
      });
    for (const until = Date.now() + 240_000; complaints().length > 0 && Date.now() < until;) await pause(1_000);
    const nTold = [...heard.byJob.values()].reduce((sum, states) => sum + states.length, 0);
    console.log(`${nTold} states told of ${heard.byJob.size} jobs`);
    expect(complaints().slice(0, 20)).toEqual([]);
  });
});

const untar = (archive: Uint8Array) =>
  execFileSync('tar', ['-xzO', 'output'], { input: archive, maxBuffer: 1 << 28 }).toString();

/** What is wrong with an output, or undefined. @param n lines, where their number is known */
function problemOf(text: string, n: number | undefined): string | undefined {
  const lines = text.split('\n');
  if (lines.pop() !== '') return 'the last line is cut';
  if (n !== undefined && lines.length !== n) return `${lines.length} lines instead of ${n}`;
  const parsed = lines.map((line) => JSON.parse(line) as { Line?: number; Languages?: { LanguageCode?: string }[] });
  const at = parsed.findIndex(({ Line, Languages }, i) => Line !== i || Languages?.[0]?.LanguageCode !== 'de');
  return at < 0 ? undefined : `line ${at} is ${lines[at]}`;
}
