import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '..', 'bin', 'lantern.mjs');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command line and a running suite', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('cli');
  });
  afterAll(() => folder.remove());

  const env = () => ({ PATH: process.env.PATH ?? '', HOME: folder.path, LANTERN_DATA_DIR: join(folder.path, 'data') });
  const lantern = (...args: string[]) =>
    new Promise<Ended>((resolve) => {
      execFile(process.execPath, [program, ...args], { env: env() }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });

  /** Starts the suite on a free port and resolves with what it printed, once it has printed it all. */
  async function started(...args: string[]) {
    const child = spawn(process.execPath, [program, 'start', '--port', '0', ...args], {
      env: env(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await expect.poll(() => text, { timeout: 30_000 }).toContain('--endpoint-url http');
    const value = (name: string) => new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? '';
    return { child, text, value };
  }

  it('makes and revokes keys while the suite runs, and ends within a second beside an idle client', async () => {
    const { child, value } = await started('--services', 'sts');
    const url = value('AWS_ENDPOINT_URL');
    const identity = async (key: string) =>
      (
        await fetch(url, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
          body: 'Action=GetCallerIdentity&Version=2011-06-15',
        })
      ).status;
    expect(await identity(value('LANTERN_API_KEY'))).toBe(200);

    const made = await lantern('keys', 'create', '--api');
    const key = /LANTERN_API_KEY=(\S+)/.exec(made.stdout)?.[1] ?? '';
    expect(await identity(key)).toBe(200);
    const ids = (await lantern('keys', 'list')).stdout
      .split('\n')
      .filter((line) => line.includes('API key'))
      .map((line) => line.split('\t')[0] ?? '');
    expect(ids.length).toBe(2);
    for (const id of ids) expect(await lantern('keys', 'revoke', id)).toMatchObject({ code: 0 });
    await expect.poll(() => identity(key), { timeout: 10_000, interval: 500 }).toBe(403);
    expect((await lantern('keys', 'revoke', 'AKIA0000000000000000')).code).toBe(1);

    const account = (await lantern('accounts', 'create', 'guests')).stdout.trim();
    expect(account).toMatch(/^\d{12}$/);
    expect((await lantern('accounts', 'list')).stdout).toContain(account);

    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    await once(idle, 'connect');
    child.kill('SIGTERM');
    const before = performance.now();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(performance.now() - before).toBeLessThan(3_000);
    idle.destroy();
  }, 60_000);

  it('keeps the first key where only its owner can read it, and prints the same one again', async () => {
    const first = JSON.parse(await readFile(join(folder.path, 'data', 'credentials.json'), 'utf8')) as {
      accessKeyId: string;
    };
    expect((await stat(join(folder.path, 'data', 'credentials.json'))).mode & 0o077).toBe(0);
    const { child, value } = await started('--services', 'sts');
    expect(value('AWS_ACCESS_KEY_ID')).toBe(first.accessKeyId);
    child.kill('SIGTERM');
    await once(child, 'exit');
  }, 60_000);

  it('has a doctor who finds a port that is taken', async () => {
    const { child, value } = await started('--services', 'sts');
    const port = new URL(value('AWS_ENDPOINT_URL')).port;
    const other = await lantern('doctor', '--port', port);
    expect(other.stdout).toContain(`${port}: a suite is running there`);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const blocker = spawn(process.execPath, ['-e', `require('net').createServer().listen(${port}, '127.0.0.1')`]);
    await expect
      .poll(async () => (await lantern('doctor', '--port', port)).stdout, { timeout: 20_000, interval: 500 })
      .toContain(`WRONG  port: 127.0.0.1:${port} cannot be used`);
    blocker.kill();
  }, 90_000);
});
