import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startProgram, type StartedSuite } from '../support/started-suite.js';

const run = promisify(execFile);
/** Debian's client, older than AWS_ENDPOINT_URL, and whichever is first on the path. */
const clients = ['/usr/bin/aws'].filter((path) => existsSync(path));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(clients.length === 0)(`the aws command line${clients.length ? '' : ' (skipped: no aws CLI)'}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let suite: StartedSuite;
  beforeAll(async () => {
    folder = await temporaryFolder('cli');
    suite = await startProgram(join(folder.path, 'data'), await freePort());
  });
  afterAll(async () => {
    await suite.stop();
    await folder.remove();
  });

  const aws = async (...args: string[]): Promise<string> => {
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: folder.path,
      AWS_ACCESS_KEY_ID: suite.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: suite.credentials.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      AWS_MAX_ATTEMPTS: '1',
    };
    const { stdout } = await run(clients[0] ?? '', ['--endpoint-url', suite.url, '--output', 'json', ...args], {
      env,
      maxBuffer: 1 << 26,
    });
    return stdout;
  };
  const json = async (...args: string[]) => JSON.parse(await aws(...args)) as Record<string, never>;

  it('detects languages, one text and a batch', async () => {
    const one = await json('comprehend', 'detect-dominant-language', '--text', 'Nous allons au marché demain matin.');
    expect(one).toMatchObject({ Languages: [{ LanguageCode: 'fr' }] });
    const texts = ['Dove posso trovare una farmacia aperta?', 'Ik heb gisteren een nieuwe fiets gekocht.'];
    const batch = await json('comprehend', 'batch-detect-dominant-language', '--text-list', ...texts);
    expect(batch).toMatchObject({
      ResultList: [{ Languages: [{ LanguageCode: 'it' }] }, { Languages: [{ LanguageCode: 'nl' }] }],
      ErrorList: [],
    });
  });

  it('knows who calls', async () => {
    expect(await json('sts', 'get-caller-identity')).toMatchObject({
      Account: expect.stringMatching(/^\d{12}$/) as string,
    });
  });

  it('makes, fills, lists, syncs, moves, empties and removes a bucket', async () => {
    const here = join(folder.path, 'tree');
    await mkdir(join(here, 'deep'), { recursive: true });
    const big = randomBytes(20 * 1024 * 1024);
    await writeFile(join(here, 'big.bin'), big);
    await writeFile(join(here, 'deep', 'ümlaut 1.txt'), 'häh');

    await aws('s3', 'mb', 's3://cli-bucket');
    await aws('s3', 'cp', join(here, 'big.bin'), 's3://cli-bucket/big.bin');
    await aws('s3', 'cp', 's3://cli-bucket/big.bin', join(folder.path, 'back.bin'));
    expect(sha256(await readFile(join(folder.path, 'back.bin')))).toBe(sha256(big));

    await aws('s3', 'sync', here, 's3://cli-bucket/tree');
    expect(await aws('s3', 'ls', '--recursive', 's3://cli-bucket/tree/')).toMatch(/big\.bin[\s\S]*ümlaut 1\.txt/);
    expect(await aws('s3', 'ls', 's3://cli-bucket/tree/')).toMatch(/PRE deep\//);
    await aws('s3', 'sync', 's3://cli-bucket/tree', join(folder.path, 'copy'));
    expect(await readdir(join(folder.path, 'copy', 'deep'))).toEqual(['ümlaut 1.txt']);

    await aws('s3', 'mv', 's3://cli-bucket/big.bin', 's3://cli-bucket/moved.bin');
    await aws('s3', 'cp', 's3://cli-bucket/moved.bin', 's3://cli-bucket/copied.bin');
    const listing = await aws('s3', 'ls', 's3://cli-bucket');
    expect(listing).toContain('moved.bin');
    expect(listing).not.toContain(' big.bin');

    const url = (await aws('s3', 'presign', 's3://cli-bucket/moved.bin')).trim();
    expect(sha256(new Uint8Array(await (await fetch(url)).arrayBuffer()))).toBe(sha256(big));

    await aws('s3', 'rm', '--recursive', 's3://cli-bucket');
    await aws('s3', 'rb', 's3://cli-bucket');
    expect(await aws('s3', 'ls')).not.toContain('cli-bucket');
  });

  it('prints the modelled error of a bad call', async () => {
    await expect(aws('s3api', 'head-bucket', '--bucket', 'no-such-bucket-here')).rejects.toThrow(/404/);
    await expect(aws('comprehend', 'detect-sentiment', '--language-code', 'en', '--text', 'x')).rejects.toThrow(
      /NotImplemented/,
    );
  });
});
