import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeasuredProcess } from './measured-process.js';
import type { KeyPair } from './signed-requests.js';

/** What the program wants of Node, as its first line says. */
async function flagsOf(program: string): Promise<string[]> {
  const [, flags = ''] = /^#!.* node (.*)/.exec(await readFile(program, 'utf8')) ?? [];
  return flags.split(' ').filter((flag) => flag !== '');
}

/** Starts the whole suite on a free port, as `npm start` does after the build; resolves when it says where it listens. */
export async function startSuite(dataDir: string): Promise<{ server: MeasuredProcess; url: string; keys: KeyPair }> {
  const program = join(import.meta.dirname, '..', '..', 'bin', 'lantern.mjs');
  const server = MeasuredProcess.start([...(await flagsOf(program)), program, 'start'], {
    LANTERN_DATA_DIR: dataDir,
    LANTERN_PORT: '0',
  });
  const [, url = ''] = await server.until(/AWS_ENDPOINT_URL=(\S+)/);
  const keys = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as KeyPair;
  return { server, url, keys };
}
