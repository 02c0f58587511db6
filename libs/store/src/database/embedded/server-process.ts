import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerBinaries } from './binaries.js';
import { launchIn, SERVER_ENVIRONMENT } from './initialise.js';
import { isServerOf, postmasterFile, readPostmaster, type Postmaster } from './postmaster-file.js';
import { serverFlags } from './server-flags.js';
import { isRoot } from './service-user.js';

/** How often the lock file is looked at while the server starts or stops. */
const POLL_MS = 10;
/** Recovery after a kill replays at most max_wal_size; this is ample for it on a slow disk. */
const START_LIMIT_MS = 60_000;
/** A fast shutdown writes one checkpoint. After this time the server is told to stop at once and recovers later. */
const STOP_LIMIT_MS = 10_000;

/**
 * Finds the server that runs on a data directory, or starts one.
 * @param logFile receives the server's messages; replaced at each start
 * @returns the server, and whether this call started it
 * @throws Error with the end of the server's log if it does not come up
 */
export async function findOrStart(
  directory: string,
  binaries: ServerBinaries,
  logFile: string,
): Promise<{ server: Postmaster; started: boolean }> {
  const deadline = Date.now() + START_LIMIT_MS;
  let child: ChildProcess | undefined;
  while (Date.now() < deadline) {
    const found = readPostmaster(directory);
    if (found && isServerOf(found.pid, directory)) {
      if (found.status === 'ready') return { server: found, started: found.pid === child?.pid };
    } else if (!child || child.exitCode !== null || child.signalCode !== null) {
      if (child && !(await mayTryAgain(logFile))) throw await startFailure(directory, logFile);
      // A dead server's file would be taken for a live one's if its number now belongs to another process.
      if (found) await rm(postmasterFile(directory), { force: true });
      child = await launch(directory, binaries, logFile);
    }
    await sleep(POLL_MS);
  }
  throw await startFailure(directory, logFile);
}

/** Stops a server in PostgreSQL's fast mode: open transactions are rolled back, then a checkpoint is written. */
export async function stopServer(pid: number, directory: string): Promise<void> {
  if (!signal(pid, 'SIGINT')) return;
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (isServerOf(pid, directory)) {
    if (Date.now() > deadline) {
      signal(pid, 'SIGQUIT');
      return;
    }
    await sleep(POLL_MS);
  }
}

/** Sends a signal; false where the process is gone. */
export function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function launch(directory: string, binaries: ServerBinaries, logFile: string): Promise<ChildProcess> {
  const { uid, gid } = await stat(directory);
  const { user, cwd, dataDirectory } = launchIn(directory, isRoot() ? { uid, gid } : undefined);
  const port = await freePort();
  const log = openSync(logFile, 'w', 0o600);
  try {
    // Detached: Ctrl-C in a terminal goes to the whole process group, and the server must outlive the last request.
    const child = spawn(binaries.postgres, serverFlags(dataDirectory, port), {
      ...user,
      cwd,
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', 'ignore', log],
    });
    child.on('error', () => undefined); // reported as a failed start, by its exit code
    child.unref();
    if (child.pid === undefined) throw new Error(`${binaries.postgres} could not be started`);
    return child;
  } finally {
    closeSync(log);
  }
}

/** A port that was free a moment ago. If another program takes it meanwhile the start is tried again. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.on('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1');
  return address.port;
}

/** Failures that pass: the port was taken, another process was faster, or a killed server's children still end. */
async function mayTryAgain(logFile: string): Promise<boolean> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return /Address already in use|lock file "[^"]*" already exists|pre-existing shared memory block/.test(log);
}

async function startFailure(directory: string, logFile: string): Promise<Error> {
  const log = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
  return new Error(`The embedded database on ${directory} did not start; the end of ${logFile}:\n${log}`);
}
