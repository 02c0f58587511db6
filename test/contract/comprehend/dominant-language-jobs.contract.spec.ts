import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  DescribeDominantLanguageDetectionJobCommand,
  InvalidFilterException,
  InvalidRequestException,
  JobNotFoundException,
  JobStatus,
  KmsKeyValidationException,
  ListDominantLanguageDetectionJobsCommand,
  ListTagsForResourceCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  StartDominantLanguageDetectionJobCommand,
  StopDominantLanguageDetectionJobCommand,
  TagResourceCommand,
  TooManyTagsException,
  UntagResourceCommand,
  type ComprehendClient,
  type DominantLanguageDetectionJobProperties,
  type StartDominantLanguageDetectionJobCommandInput,
} from '@aws-sdk/client-comprehend';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { contract, type Evidence } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const guide = 'https://docs.aws.amazon.com/comprehend/latest/dg/how-async.html';
const reference = 'https://docs.aws.amazon.com/comprehend/latest/APIReference';
const cli = 'https://docs.aws.amazon.com/cli/latest/reference/comprehend';
const read = '2026-11';
const documented = (source: string): Evidence => ({ evidence: 'documented', source, read });
const example = (source: string): Evidence => ({ evidence: 'example', source, read });
const ours = (source: string): Evidence => ({ evidence: 'ours', source, read });

const french = "Il fait très beau aujourd'hui et nous allons nous promener au bord de la rivière.";
const german = 'Gestern Abend haben wir zusammen ein ausgezeichnetes Abendessen gekocht.';

describe('dominant language detection jobs', () => {
  let suite: Suite;
  let comprehend: ComprehendClient;
  let s3: S3Client;
  let role: string;
  beforeAll(async () => {
    suite = await startSuite('language-jobs');
    comprehend = suite.comprehend();
    s3 = suite.s3();
    role = `arn:aws:iam::${suite.credentials.account}:role/service-role/reader`;
    await Promise.all(['documents', 'results'].map((Bucket) => s3.send(new CreateBucketCommand({ Bucket }))));
    await put('lines/mixed.txt', `${french}\n${german}\r\n`);
  });
  afterAll(() => suite.close());

  const put = (Key: string, Body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: 'documents', Key, Body }));

  const request = (
    prefix: string,
    more: Partial<StartDominantLanguageDetectionJobCommandInput> = {},
  ): StartDominantLanguageDetectionJobCommandInput => ({
    InputDataConfig: { S3Uri: `s3://documents/${prefix}`, InputFormat: 'ONE_DOC_PER_LINE' },
    OutputDataConfig: { S3Uri: 's3://results/testfolder/' },
    DataAccessRoleArn: role,
    ...more,
  });
  const start = async (prefix: string, more: Partial<StartDominantLanguageDetectionJobCommandInput> = {}) => {
    const started = await comprehend.send(new StartDominantLanguageDetectionJobCommand(request(prefix, more)));
    return { JobId: started.JobId ?? '', JobArn: started.JobArn ?? '', JobStatus: started.JobStatus };
  };
  const describeJob = async (JobId: string): Promise<DominantLanguageDetectionJobProperties> =>
    (await comprehend.send(new DescribeDominantLanguageDetectionJobCommand({ JobId })))
      .DominantLanguageDetectionJobProperties ?? {};
  const ended = (JobId: string) =>
    vi.waitFor(
      async () => {
        const job = await describeJob(JobId);
        expect(['COMPLETED', 'FAILED', 'STOPPED']).toContain(job.JobStatus);
        return job;
      },
      { timeout: 30_000, interval: 50 },
    );
  /** The lines of a job's output. */
  const output = async ({ OutputDataConfig }: DominantLanguageDetectionJobProperties) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(OutputDataConfig?.S3Uri ?? '') ?? [];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const archive = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const text = execFileSync('tar', ['-xzO', 'output'], { input: archive, maxBuffer: 1 << 26 }).toString();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown> & { Languages?: { LanguageCode: string }[] });
  };

  contract(
    'starts SUBMITTED, with an id and an ARN',
    documented(`${reference}/API_StartDominantLanguageDetectionJob.html`),
    async () => {
      const { JobId, JobArn, JobStatus } = await start('lines/');
      expect(JobStatus).toBe('SUBMITTED');
      expect(JobId).toMatch(/^[0-9a-f]{32}$/);
      expect(JobArn).toBe(
        `arn:aws:comprehend:us-east-1:${suite.credentials.account}:dominant-language-detection-job/${JobId}`,
      );
    },
  );

  contract(
    'describes a completed job, with the place of its archive',
    example(`${cli}/describe-dominant-language-detection-job.html`),
    async () => {
      const before = Date.now();
      const { JobId, JobArn } = await start('lines/', { JobName: 'language analysis 1' });
      const { SubmitTime, EndTime, ...job } = await ended(JobId);
      expect(job).toEqual({
        JobId,
        JobArn,
        JobName: 'language analysis 1',
        JobStatus: 'COMPLETED',
        InputDataConfig: { S3Uri: 's3://documents/lines/', InputFormat: 'ONE_DOC_PER_LINE' },
        OutputDataConfig: {
          S3Uri: `s3://results/testfolder/${suite.credentials.account}-LANGUAGE-${JobId}/output/output.tar.gz`,
        },
        DataAccessRoleArn: role,
      });
      expect(Number(SubmitTime)).toBeGreaterThan(before - 60_000);
      expect(Number(EndTime)).toBeGreaterThanOrEqual(Number(SubmitTime));
    },
  );

  contract('writes a line for each line, counted from 0', documented(guide), async () => {
    await put('two/0_doc', `${french}\n${german}\n`);
    await put('two/1_doc', german);
    const lines = await output(await ended((await start('two/')).JobId));
    expect(lines.map(({ File, Line, Languages }) => [File, Line, Languages?.[0]?.LanguageCode])).toEqual([
      ['0_doc', 0, 'fr'],
      ['0_doc', 1, 'de'],
      ['1_doc', 0, 'de'],
    ]);
    for (const { Languages } of lines) {
      expect(Languages?.[0]).toEqual({
        LanguageCode: expect.any(String) as string,
        Score: expect.any(Number) as number,
      });
    }
  });

  contract('writes a line for each file, without a number', documented(guide), async () => {
    await put('files/large_doc', `${german}\n`.repeat(1_000));
    await put('files/small_doc', french);
    const InputDataConfig = { S3Uri: 's3://documents/files/', InputFormat: 'ONE_DOC_PER_FILE' } as const;
    const lines = await output(await ended((await start('', { InputDataConfig })).JobId));
    expect(lines.map(({ File, Line, Languages }) => [File, Line, Languages?.[0]?.LanguageCode])).toEqual([
      ['large_doc', undefined, 'de'],
      ['small_doc', undefined, 'fr'],
    ]);
  });

  contract('tells in the output which documents it could not read', documented(guide), async () => {
    await put(
      'broken/50_docs',
      Buffer.concat([Buffer.from(`${french}\n${'x'.repeat((1 << 20) + 1)}\n`), Buffer.from([0xff, 0x0a, 0x41, 0x0a])]),
    );
    const job = await ended((await start('broken/')).JobId);
    expect(job.JobStatus).toBe('COMPLETED');
    expect((await output(job)).slice(1)).toEqual([
      {
        File: '50_docs',
        Line: 1,
        ErrorCode: 'DOCUMENT_SIZE_EXCEEDED',
        ErrorMessage: 'Document size exceeds maximum size limit 1048576 bytes.',
      },
      {
        File: '50_docs',
        Line: 2,
        ErrorCode: 'UNSUPPORTED_ENCODING',
        ErrorMessage: 'Document is not in UTF-8 format and all subsequent lines are ignored.',
      },
    ]);
  });

  contract(
    'takes a prefix as all objects that begin with it, and lines where no format is named',
    documented(`${reference}/API_InputDataConfig.html`),
    async () => {
      await put('prefix-a', french);
      await put('prefix-b/c', german);
      const InputDataConfig = { S3Uri: 's3://documents/prefix-' };
      const lines = await output(await ended((await start('', { InputDataConfig })).JobId));
      expect(lines.map(({ File, Line }) => [File, Line])).toEqual([
        ['prefix-a', 0],
        ['prefix-b/c', 0],
      ]);
    },
  );

  contract(
    'fails with a message where the input cannot be read',
    example(`${cli}/list-key-phrases-detection-jobs.html`),
    async () => {
      const job = await ended((await start('', { InputDataConfig: { S3Uri: 's3://no-such-bucket-here' } })).JobId);
      expect(job).toMatchObject({
        JobStatus: 'FAILED',
        Message:
          'NO_READ_ACCESS_TO_INPUT: The provided data access role does not have proper access to the input data.',
      });
      expect(job.EndTime).toBeInstanceOf(Date);
    },
  );

  contract(
    'fails with a message where the output cannot be written',
    {
      evidence: 'recorded',
      source: 'https://github.com/aquasecurity/cloudsploit: plugins/aws/comprehend/outputResultEncryption.spec.js',
      read,
    },
    async () => {
      const OutputDataConfig = { S3Uri: 's3://no-such-bucket-here' };
      expect(await ended((await start('lines/', { OutputDataConfig })).JobId)).toMatchObject({
        JobStatus: 'FAILED',
        Message:
          'NO_WRITE_ACCESS_TO_OUTPUT: The provided data access role does not have write access to the output S3 URI or it does not have access to the output S3 KMS Key.',
      });
    },
  );

  contract(
    'is the same job for the same token and request, and refuses the token for another',
    documented(`${reference}/API_StartDominantLanguageDetectionJob.html`),
    async () => {
      const ClientRequestToken = randomUUID();
      const first = await start('lines/', { ClientRequestToken });
      const second = await start('lines/', { ClientRequestToken });
      expect(second.JobId).toBe(first.JobId);
      await expect(start('two/', { ClientRequestToken })).rejects.toBeInstanceOf(ResourceInUseException);
    },
  );

  contract(
    'lists the newest first, in pages, by one filter',
    documented(`${reference}/API_ListDominantLanguageDetectionJobs.html`),
    async () => {
      const JobName = `list-${randomUUID()}`;
      const ids: string[] = [];
      for (let i = 0; i < 3; i++) ids.unshift((await start('lines/', { JobName })).JobId);
      await start('lines/', { JobName: 'another' });
      const Filter = { JobName };
      const page = async (NextToken?: string) => {
        const { DominantLanguageDetectionJobPropertiesList: jobs = [], ...next } = await comprehend.send(
          new ListDominantLanguageDetectionJobsCommand({ Filter, MaxResults: 2, NextToken }),
        );
        return { ids: jobs.map(({ JobId }) => JobId), NextToken: next.NextToken };
      };
      const first = await page();
      expect(first.ids).toEqual(ids.slice(0, 2));
      expect(first.NextToken).toBeTruthy();
      const second = await page(first.NextToken);
      expect(second).toEqual({ ids: ids.slice(2), NextToken: undefined });
    },
  );

  contract(
    'filters by state and by the time of submission',
    documented(`${reference}/API_DominantLanguageDetectionJobFilter.html`),
    async () => {
      const { JobId } = await start('no-such-prefix/');
      const { SubmitTime } = await ended(JobId);
      const list = async (Filter: object) =>
        (await comprehend.send(new ListDominantLanguageDetectionJobsCommand({ Filter, MaxResults: 500 })))
          .DominantLanguageDetectionJobPropertiesList ?? [];
      const failed = await list({ JobStatus: JobStatus.FAILED });
      expect(failed.map((job) => job.JobId)).toContain(JobId);
      expect(new Set(failed.map((job) => job.JobStatus))).toEqual(new Set(['FAILED']));
      const later = new Date(Number(SubmitTime) + 1_000);
      const before = await list({ SubmitTimeBefore: later });
      expect(before.map((job) => job.JobId)).toContain(JobId);
      const times = before.map((job) => Number(job.SubmitTime));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(times).size).toBeGreaterThan(2);
      expect((await list({ SubmitTimeAfter: later })).map((job) => job.JobId)).not.toContain(JobId);
    },
  );

  contract(
    'takes one filter at a time',
    documented(`${reference}/API_DominantLanguageDetectionJobFilter.html`),
    async () => {
      const Filter = { JobName: 'x', JobStatus: JobStatus.FAILED };
      const call = comprehend.send(new ListDominantLanguageDetectionJobsCommand({ Filter }));
      await expect(call).rejects.toBeInstanceOf(InvalidFilterException);
    },
  );

  contract('refuses a token that the list has not given out', ours('A made-up token means nothing'), async () => {
    const call = comprehend.send(new ListDominantLanguageDetectionJobsCommand({ NextToken: 'made-up' }));
    await expect(call).rejects.toBeInstanceOf(InvalidRequestException);
  });

  contract(
    'stops a job that runs, and writes what it had done',
    documented(`${reference}/API_StopDominantLanguageDetectionJob.html`),
    async () => {
      await put('long/lines', `${french} ${german}\n`.repeat(60_000));
      const { JobId } = await start('long/');
      await vi.waitFor(async () => expect((await describeJob(JobId)).JobStatus).toBe('IN_PROGRESS'), {
        timeout: 20_000,
        interval: 10,
      });
      const stopped = await comprehend.send(new StopDominantLanguageDetectionJobCommand({ JobId }));
      expect(stopped).toMatchObject({ JobId, JobStatus: 'STOP_REQUESTED' });
      expect((await ended(JobId)).JobStatus).toBe('STOPPED');
      const lines = await output(await describeJob(JobId));
      expect(lines.length).toBeLessThan(60_000);
      expect(lines.map(({ Line }) => Line)).toEqual(lines.map((_, i) => i));
    },
  );

  contract(
    'refuses to stop a job that has completed',
    documented(`${reference}/API_StopDominantLanguageDetectionJob.html`),
    async () => {
      const { JobId } = await start('lines/');
      await ended(JobId);
      const call = comprehend.send(new StopDominantLanguageDetectionJobCommand({ JobId }));
      await expect(call).rejects.toBeInstanceOf(InvalidRequestException);
    },
  );

  contract(
    'does not know a job that was never started',
    documented(`${reference}/API_DescribeDominantLanguageDetectionJob.html`),
    async () => {
      const JobId = '1234abcd12ab34cd56ef1234567890ab';
      const describing = comprehend.send(new DescribeDominantLanguageDetectionJobCommand({ JobId }));
      await expect(describing).rejects.toBeInstanceOf(JobNotFoundException);
      const stopping = comprehend.send(new StopDominantLanguageDetectionJobCommand({ JobId }));
      await expect(stopping).rejects.toBeInstanceOf(JobNotFoundException);
    },
  );

  contract(
    'keeps tags: at the start, added, replaced and removed',
    documented(`${reference}/API_TagResource.html`),
    async () => {
      const { JobArn: ResourceArn } = await start('lines/', { Tags: [{ Key: 'team', Value: 'a' }, { Key: 'bare' }] });
      const tags = async () => {
        const listed = await comprehend.send(new ListTagsForResourceCommand({ ResourceArn }));
        expect(listed.ResourceArn).toBe(ResourceArn);
        return (listed.Tags ?? []).map(({ Key, Value }) => `${Key}=${Value}`).sort();
      };
      expect(await tags()).toEqual(['bare=', 'team=a']);
      await comprehend.send(
        new TagResourceCommand({
          ResourceArn,
          Tags: [
            { Key: 'team', Value: 'b' },
            { Key: 'new', Value: 'n' },
          ],
        }),
      );
      await comprehend.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['bare', 'not there'] }));
      expect(await tags()).toEqual(['new=n', 'team=b']);
    },
  );

  contract('takes 50 tags', documented(`${reference}/API_TagResource.html`), async () => {
    const Tags = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
    await expect(start('lines/', { Tags })).rejects.toBeInstanceOf(TooManyTagsException);
    const { JobArn: ResourceArn } = await start('lines/', { Tags: Tags.slice(1) });
    const call = comprehend.send(new TagResourceCommand({ ResourceArn, Tags: Tags.slice(0, 1) }));
    await expect(call).rejects.toBeInstanceOf(TooManyTagsException);
  });

  contract('knows no tags of what is not there', documented(`${reference}/API_ListTagsForResource.html`), async () => {
    const ResourceArn = `arn:aws:comprehend:us-east-1:${suite.credentials.account}:dominant-language-detection-job/${'0'.repeat(32)}`;
    const call = comprehend.send(new ListTagsForResourceCommand({ ResourceArn }));
    await expect(call).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  contract('refuses keys, which would encrypt nothing', ours('What is accepted must be kept to'), async () => {
    const VolumeKmsKeyId = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    await expect(start('lines/', { VolumeKmsKeyId })).rejects.toBeInstanceOf(KmsKeyValidationException);
    const OutputDataConfig = { S3Uri: 's3://results/', KmsKeyId: VolumeKmsKeyId };
    await expect(start('lines/', { OutputDataConfig })).rejects.toBeInstanceOf(KmsKeyValidationException);
  });

  contract(
    'takes the role of any account, and reads in that of the caller',
    ours('Accounts here have other ids than on AWS, and there is no IAM'),
    async () => {
      const job = await ended((await start('lines/', { DataAccessRoleArn: 'arn:aws:iam::999999999999:role/r' })).JobId);
      expect(job).toMatchObject({
        JobStatus: 'COMPLETED',
        DataAccessRoleArn: 'arn:aws:iam::999999999999:role/r',
      });
    },
  );

  contract(
    'gives the network settings back, though a job here needs none',
    documented(`${reference}/API_VpcConfig.html`),
    async () => {
      const VpcConfig = { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] };
      const { JobId } = await start('lines/', { VpcConfig });
      expect((await describeJob(JobId)).VpcConfig).toEqual(VpcConfig);
    },
  );
});
