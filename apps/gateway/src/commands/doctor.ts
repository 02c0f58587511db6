import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openModelLibrary, verifyModels } from '@lantern/models';
import type { CommandLine } from '../command-line.js';
import { parseConfig, projectRoot, type Config, type Environment } from '../config.js';
import { openIdentity } from '../resources.js';

/** What one check found: `problem` says what is wrong and what to do. */
interface Finding {
  readonly what: string;
  readonly fine?: string;
  readonly problem?: string;
}

const minimumFreeBytes = 1e9;

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return ok
    ? { what: 'Node.js', fine: process.versions.node }
    : { what: 'Node.js', problem: `${process.versions.node} is too old: install 20.19 or later` };
}

async function checkDataDir({ dataDir }: Config): Promise<Finding> {
  const what = 'data directory';
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const freeBytes = bavail * bsize;
    if (freeBytes < minimumFreeBytes)
      return { what, problem: `${dataDir} has only ${(freeBytes / 1e6).toFixed(0)} MB left: free some space` };
    return { what, fine: `${dataDir}, ${(freeBytes / 1e9).toFixed(1)} GB free` };
  } catch (error) {
    return {
      what,
      problem: `${dataDir} cannot be written (${(error as Error).message}): set LANTERN_DATA_DIR to a folder that can`,
    };
  }
}

async function checkPort({ host, port }: Config): Promise<Finding> {
  const what = 'port';
  const healthy = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(1000) }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (healthy) return { what, fine: `${port}: a suite is running there` };
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) =>
      resolve({
        what,
        problem: `${host}:${port} cannot be used (${error.message}): stop what uses it, or set LANTERN_PORT`,
      }),
    );
    server.listen(port, host, () => server.close(() => resolve({ what, fine: `${port} is free` })));
  });
}

async function checkDatabase(config: Config): Promise<Finding> {
  const what = 'database';
  try {
    const { database, identity } = await openIdentity(config);
    const nAccounts = (await identity.listAccounts()).length;
    await database.close();
    return { what, fine: `${database.isEmbedded ? 'embedded' : 'DATABASE_URL'}, ${nAccounts} account(s)` };
  } catch (error) {
    return {
      what,
      problem: `it does not start (${(error as Error).message}): see its log in the data directory, or set DATABASE_URL`,
    };
  }
}

async function checkModels({ dataDir }: Config): Promise<Finding> {
  const what = 'models';
  const { nModels, problems } = await verifyModels(openModelLibrary(join(dataDir, 'models')));
  if (problems.length > 0)
    return { what, problem: `${problems.join('; ')}: pull them again, or check out the models folder again` };
  return nModels > 0
    ? { what, fine: `${nModels} verified` }
    : { what, problem: 'none is installed: the checkout is incomplete, clone it again' };
}

/** Without ffmpeg much is still read, so its absence is told and is no fault. */
async function checkMedia({ ffmpeg }: Config): Promise<Finding> {
  const what = 'media';
  try {
    // Loaded here: nothing else on the command line needs the image library.
    const { findFfmpeg, mediaCapabilities } = await import('@lantern/media');
    const { images, sound, ffmpeg: found } = mediaCapabilities(await findFfmpeg(ffmpeg));
    const video = found.found ? `ffmpeg ${found.version} (${found.program})` : `no ffmpeg: ${found.advice}`;
    return { what, fine: `${images.decoder}; sound: ${sound.map(({ format }) => format).join(', ')}; ${video}` };
  } catch (error) {
    return { what, problem: (error as Error).message };
  }
}

/** `lantern doctor`: exit code 1 if anything is wrong. */
export async function doctor(_line: CommandLine, env: Environment): Promise<number> {
  const config = parseConfig(env, projectRoot);
  const findings = [
    checkNode(),
    await checkDataDir(config),
    await checkPort(config),
    await checkDatabase(config),
    await checkModels(config),
    await checkMedia(config),
  ];
  for (const { what, fine, problem } of findings)
    console.log(`${problem ? 'WRONG' : 'ok   '}  ${what}: ${problem ?? fine}`);
  return findings.some(({ problem }) => problem) ? 1 : 0;
}
