import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { germanText, reachesPolly, type CallName, type ClientRun, type Outcomes, type Reach } from './calls.js';

const run = promisify(execFile);
const python = '/usr/bin/python3';
const cli = '/usr/bin/aws';

export const hasBoto3 = () => spawnSync(python, ['-c', 'import boto3']).status === 0;
export const hasCommandLine = () => existsSync(cli);

const environment = (reach: Reach) => ({
  PATH: '/usr/bin:/bin',
  HOME: reach.folder,
  AWS_ACCESS_KEY_ID: reach.accessKeyId,
  AWS_SECRET_ACCESS_KEY: reach.secretAccessKey,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
  AWS_MAX_ATTEMPTS: '1',
  AWS_CA_BUNDLE: reach.certificateFile,
});

const overBoth = [
  { transport: 'HTTP/1.1', scheme: 'http' },
  { transport: 'HTTP/1.1, TLS', scheme: 'https' },
] as const;

/** boto3 in clear and under TLS; it speaks HTTP/1.1 only. */
export async function runBoto3(reach: Reach): Promise<ClientRun[]> {
  const script = join(import.meta.dirname, '..', '..', '..', 'clients', 'matrix_by_boto3.py');
  const runs: ClientRun[] = [];
  for (const { transport, scheme } of overBoth) {
    const args = [script, `${scheme}://${reach.host}`, reach.account, germanText];
    const { stdout } = await run(python, args, { env: environment(reach) });
    const { version, outcomes } = JSON.parse(stdout) as { version: string; outcomes: Outcomes };
    runs.push({ client: 'boto3', version, transport, outcomes });
  }
  return runs;
}

/** The aws command line in clear and under TLS; it speaks HTTP/1.1 only. */
export async function runCommandLine(reach: Reach): Promise<ClientRun[]> {
  const { stdout } = await run(cli, ['--version'], { env: environment(reach) });
  const version = /aws-cli\/(\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const runs: ClientRun[] = [];
  for (const { transport, scheme } of overBoth) {
    runs.push({ client: 'aws CLI', version, transport, outcomes: await callsOver(`${scheme}://${reach.host}`, reach) });
  }
  return runs;
}

async function callsOver(endpoint: string, reach: Reach): Promise<Outcomes> {
  const options = { env: environment(reach), maxBuffer: 1 << 26 };
  const aws = async (...args: string[]) =>
    (await run(cli, ['--endpoint-url', endpoint, '--output', 'json', ...args], options)).stdout;
  const errorOf = (...args: string[]) =>
    aws(...args).then(
      () => '',
      (error: Error & { stderr?: string }) => error.stderr ?? error.message,
    );
  const bucket = `matrix-${randomBytes(6).toString('hex')}`;
  const made: Record<CallName, () => Promise<boolean>> = {
    'Comprehend DetectDominantLanguage answers': async () =>
      /"LanguageCode": "de"/.test(await aws('comprehend', 'detect-dominant-language', '--text', germanText)),
    'STS GetCallerIdentity knows the account': async () =>
      (await aws('sts', 'get-caller-identity')).includes(`"${reach.account}"`),
    'S3 GetObject gives back what PutObject took': async () => {
      const [there, back] = [join(reach.folder, `${bucket}.there`), join(reach.folder, `${bucket}.back`)];
      const body = randomBytes((1 << 20) + 1);
      await writeFile(there, body);
      await aws('s3api', 'create-bucket', '--bucket', bucket);
      await aws('s3api', 'put-object', '--bucket', bucket, '--key', 'a key', '--body', there);
      await aws('s3api', 'get-object', '--bucket', bucket, '--key', 'a key', back);
      return body.equals(await readFile(back));
    },
    'S3 GetObject of a missing key is NoSuchKey': async () =>
      /NoSuchKey/.test(
        await errorOf('s3api', 'get-object', '--bucket', bucket, '--key', 'none', join(reach.folder, 'none')),
      ),
    'Polly DescribeVoices reaches Polly': async () => {
      const error = await errorOf('polly', 'describe-voices');
      return error === '' || reachesPolly(error);
    },
  };
  const outcomes: Record<string, string> = {};
  for (const [name, call] of Object.entries(made)) {
    outcomes[name] = await call().then(
      (right) => (right ? 'ok' : 'wrong answer'),
      (error: Error) => error.message.slice(0, 500),
    );
  }
  // Its keys are those of `made`.
  return outcomes as Record<CallName, string>;
}
