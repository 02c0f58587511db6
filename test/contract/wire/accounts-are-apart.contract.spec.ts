import {
  ListDominantLanguageDetectionJobsCommand,
  StartDominantLanguageDetectionJobCommand,
} from '@aws-sdk/client-comprehend';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { mountedServices } from '@lantern/gateway';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSuite, type KeyPair, type Suite } from '../../support/suite.js';
import type { AccountCases, OwnersThings } from './accounts/account-cases.js';
import { comprehendCases } from './accounts/comprehend.cases.js';
import { s3Cases } from './accounts/s3.cases.js';
import { snsCases } from './accounts/sns.cases.js';
import { sqsCases } from './accounts/sqs.cases.js';
import { stsCases } from './accounts/sts.cases.js';

/** One entry for each service that has a handler. They are prepared in this order: later ones may use earlier ones' things. */
const cases: readonly AccountCases[] = [stsCases, s3Cases, comprehendCases, snsCases, sqsCases];

const done = mountedServices.flatMap(({ api, table }) =>
  Object.entries(table)
    .filter(([, entry]) => typeof entry === 'function')
    .map(([operation]) => ({ service: api.name, operation })),
);

describe("another account's names do not resolve", () => {
  let suite: Suite;
  let stranger: KeyPair;
  const things = new Map<string, OwnersThings>();
  beforeAll(async () => {
    suite = await startSuite('accounts');
    stranger = await suite.strangersKey();
    for (const { service, prepare } of cases) things.set(service, await prepare(suite, stranger));
  });
  afterAll(() => suite.close());

  it('walks at least every operation that is done', () => expect(done.length).toBeGreaterThan(20));

  const known = new Map(cases.map((one) => [one.service, one]));
  const named = done.filter(({ service, operation }) => known.get(service)?.namesNothing[operation] === undefined);
  it.each(named)('$service $operation', async ({ service, operation }) => {
    const things_ = things.get(service);
    if (!things_) throw new Error(`${service} needs cases in accounts/${service}.cases.ts`);
    const error = await things_.callAsStranger(operation, things_.inputOf(operation)).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(known.get(service)?.notThere).toContain((error as Error | undefined)?.name);
  });

  it('s3 ListBuckets', async () => {
    const { Buckets } = await suite.s3(stranger).send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['strangers-bucket']);
  });

  it('sqs ListQueues', async () => {
    const { QueueUrls } = await new SQSClient(suite.client(stranger)).send(new ListQueuesCommand({}));
    expect(QueueUrls).toBeUndefined();
  });

  it("comprehend's jobs: a stranger's list is empty, and a stranger's job cannot read the owner's bucket", async () => {
    const comprehend = suite.comprehend(stranger);
    const list = async () => {
      const { DominantLanguageDetectionJobPropertiesList: jobs = [] } = await comprehend.send(
        new ListDominantLanguageDetectionJobsCommand({}),
      );
      return jobs;
    };
    expect(await list()).toEqual([]);
    const { Account: account } = await suite.sts(stranger).send(new GetCallerIdentityCommand({}));
    await comprehend.send(
      new StartDominantLanguageDetectionJobCommand({
        InputDataConfig: { S3Uri: 's3://private-bucket/private-key' },
        OutputDataConfig: { S3Uri: 's3://strangers-bucket' },
        DataAccessRoleArn: `arn:aws:iam::${account}:role/reader`,
      }),
    );
    const message = () => list().then(([job]) => job?.Message);
    await vi.waitFor(async () => expect(await message()).toMatch(/^NO_READ_ACCESS_TO_INPUT/), { timeout: 20_000 });
  });
});
