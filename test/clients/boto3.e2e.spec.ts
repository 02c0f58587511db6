import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startProgram, type StartedSuite } from '../support/started-suite.js';

const run = promisify(execFile);
const python = '/usr/bin/python3';
const installed = spawnSync(python, ['-c', 'import boto3']).status === 0;

describe.skipIf(!installed)(`boto3${installed ? '' : ' (skipped: no boto3)'}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let suite: StartedSuite;
  beforeAll(async () => {
    folder = await temporaryFolder('boto3');
    suite = await startProgram(join(folder.path, 'data'), await freePort());
  });
  afterAll(async () => {
    await suite.stop();
    await folder.remove();
  });

  it('calls Comprehend, S3 and STS', async () => {
    const script = join(import.meta.dirname, '..', '..', 'clients', 'calls_by_boto3.py');
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: folder.path,
      AWS_ACCESS_KEY_ID: suite.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: suite.credentials.secretAccessKey,
    };
    const { stdout } = await run(python, [script, suite.url], { env });
    const out = JSON.parse(stdout) as Record<string, unknown>;
    expect(out).toMatchObject({
      language: 'de',
      batch: ['es', 'en'],
      same: true,
      keys: ['big object'],
      missing: 'NoSuchKey',
      limit: 'TextSizeLimitExceededException',
      temporary: out.account,
    });
    const presigned = await fetch(String(out.url));
    expect((await presigned.arrayBuffer()).byteLength).toBe(256 * 65_536);
  });
});
