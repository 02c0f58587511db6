import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOrCreatePrivateFile, writePrivateFile } from '../../private-files.js';
import { findBinaries } from './binaries.js';
import { initialise, SERVER_USER } from './initialise.js';
import { processBirth } from './postmaster-file.js';
import { findOrStart, signal, stopServer } from './server-process.js';
import { isRoot } from './service-user.js';

/** A PostgreSQL server in the data directory, shared by all processes that use the directory. */
export interface EmbeddedServer {
  /** `postgres://…` with the password. */
  readonly url: string;
  /** Stops the server if this process owns it; otherwise does nothing. */
  release(): Promise<void>;
}

/**
 * Starts the embedded server on `<dataDir>/postgres`, or joins the one that runs there.
 *
 * One process owns the server: the one that started it, or the first that finds it orphaned because its owner was
 * killed. The owner stops it when it closes. Files beside it: `postgres.password` (mode 0600), `postgres.owner`,
 * `postgres.log`. The port is in PostgreSQL's own `postgres/postmaster.pid`.
 */
export async function joinEmbeddedServer(dataDir: string): Promise<EmbeddedServer> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const directory = join(dataDir, 'postgres');
  const ownerFile = join(dataDir, 'postgres.owner');
  const secret = randomBytes(24).toString('base64url');
  const password = (await readOrCreatePrivateFile(join(dataDir, 'postgres.password'), secret)).trim();
  const binaries = await findBinaries(isRoot());
  await initialise(directory, binaries, password);
  const { server, started } = await findOrStart(directory, binaries, join(dataDir, 'postgres.log'));

  const owned = started || !(await hasLivingOwner(ownerFile));
  if (owned) await writePrivateFile(ownerFile, ownership(process.pid));
  // A crash that runs exit handlers (an uncaught exception) must not leave the server behind.
  const stopAtExit = (): boolean => signal(server.pid, 'SIGINT');
  if (owned) process.once('exit', stopAtExit);

  return {
    url: `postgres://${SERVER_USER}:${password}@127.0.0.1:${server.port}/postgres`,
    release: async () => {
      process.removeListener('exit', stopAtExit);
      // Two processes may have found the orphan at once; the file names the one that adopted it.
      if (owned && (await readFile(ownerFile, 'utf8').catch(() => '')) === ownership(process.pid)) {
        await stopServer(server.pid, directory);
      }
    },
  };
}

/** A process id alone would be mistaken for its successor's. */
const ownership = (pid: number): string => JSON.stringify({ pid, born: processBirth(pid) });

async function hasLivingOwner(ownerFile: string): Promise<boolean> {
  const text = await readFile(ownerFile, 'utf8').catch(() => '');
  const pid = Number(/"pid":(\d+)/.exec(text)?.[1] ?? 0);
  return pid > 0 && processBirth(pid) !== '' && text === ownership(pid);
}
