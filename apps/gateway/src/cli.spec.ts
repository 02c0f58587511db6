import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '..', 'bin', 'lantern.mjs');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command line', () => {
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

  it('explains itself', async () => {
    expect(await lantern('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('lantern start') as string,
    });
    expect(await lantern('no-such-command')).toMatchObject({ code: 2 });
  });

  it('lists every mistake of the configuration and starts nothing', async () => {
    const { code, stderr } = await lantern('start', '--port', 'x', '--role', 'king');
    expect(code).toBe(1);
    expect(stderr).toMatch(/2 problem\(s\)[\s\S]*LANTERN_PORT[\s\S]*LANTERN_ROLE/);
    expect(stderr).not.toContain('    at ');
  });

  it('refuses to open the door to a network', async () => {
    const { code, stderr } = await lantern('start', '--open', '--host', '0.0.0.0');
    expect([code, stderr]).toEqual([1, expect.stringContaining('loopback')]);
  });

  it('lists and verifies the models', async () => {
    expect((await lantern('models', 'list')).stdout).toContain('language-id');
    expect(await lantern('models', 'verify')).toMatchObject({ code: 0 });
  });
});
