import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasRedis, openTestRedis } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractTarget } from '../support/external-suite.js';
import { startInstallation, type Installation } from '../support/installation.js';

const root = join(import.meta.dirname, '..', '..', '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** How the contract tests went. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Runs the contract tests in a process of their own, against an installation. */
async function runContracts(target: ContractTarget): Promise<Report> {
  const run = promisify(execFile)(
    process.execPath,
    [vitest, 'run', '--project', 'unit', '--reporter', 'json', '--maxWorkers', '2', 'test/dist/contract'],
    { cwd: root, env: { ...process.env, CONTRACT_TARGET: JSON.stringify(target) }, maxBuffer: 64 << 20 },
  );
  // A failed test is an exit code; the report says which.
  const { stdout } = await run.catch((failed: unknown) => failed as { stdout: string });
  // The reporter writes one line of JSON among what the tests write.
  const line = stdout.split('\n').find((text) => text.startsWith('{"numTotalTestSuites"'));
  if (line === undefined) throw new Error(`no report in:\n${stdout}`);
  return JSON.parse(line) as Report;
}

const failures = ({ testResults }: Report): string[] =>
  testResults.flatMap(({ name, message, assertionResults }) => [
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.[0]?.slice(0, 500)}`),
    ...(message ? [`${name}: ${message}`] : []),
  ]);

/** Where the doorbell of the queue is. */
interface Doorbell {
  start(): Promise<{ readonly env: Readonly<Record<string, string>>; readonly stop: () => Promise<void> }>;
}

/** What is the same on whatever queue. */
function describeSplitForm(queue: string, doorbell: Doorbell): void {
  describe(`the split form on ${queue}`, () => {
    let installation: Installation;
    let stopDoorbell: () => Promise<void>;
    beforeAll(async () => {
      const { env, stop } = await doorbell.start();
      stopDoorbell = stop;
      installation = await startInstallation({ env, comprehendAlone: true });
    }, 120_000);
    afterAll(async () => {
      await installation.close();
      await stopDoorbell();
    });

    it('has a gateway that does not mount Comprehend, and a Comprehend that serves nothing else', async () => {
      const asked = (port: number) =>
        fetch(`http://127.0.0.1:${port}/`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${installation.credentials.apiKey}`,
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'AWSShineFrontendService_20170701.TranslateText',
          },
          body: JSON.stringify({ Text: 'Hello', SourceLanguageCode: 'en', TargetLanguageCode: 'de' }),
        });
      const portOf = (name: string) => installation.parts.find((part) => part.name === name)?.port ?? 0;
      expect((await asked(portOf('http-1'))).status).toBe(501);
      expect(await (await asked(portOf('comprehend'))).json()).toMatchObject({ __type: 'UnknownOperationException' });
    });

    it('passes the contract tests, every request to the next process', async () => {
      const { balancer, database, dataDir } = installation;
      const report = await runContracts({ url: balancer.url, databaseUrl: database.url, dataDir });
      console.log(
        `${queue}: ${report.numPassedTests} contract tests pass, ${report.numPendingTests} need a suite of their own`,
      );
      expect(failures(report)).toEqual([]);
      expect(report.numPassedTests).toBeGreaterThan(100);
      const shares = [...balancer.connections.values()];
      expect(Math.min(...shares)).toBeGreaterThan(0.3 * Math.max(...shares));
    });
  });
}

describeSplitForm('PostgreSQL', { start: () => Promise.resolve({ env: {}, stop: () => Promise.resolve() }) });

const withRedis = hasRedis();
describe.skipIf(!withRedis)(withRedis ? 'with Redis' : 'skipped: no Redis', () => {
  describeSplitForm('Redis', {
    start: async () => {
      const redis = await openTestRedis();
      return { env: { REDIS_URL: redis.url }, stop: () => redis.close() };
    },
  });
});
