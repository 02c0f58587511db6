import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ServerBinaries } from './binaries.js';
import { processBirth } from './postmaster-file.js';
import { isRoot, serviceUser, type ServiceUser } from './service-user.js';

/** The superuser of the embedded server; its password is generated. */
export const SERVER_USER = 'lantern';

/** How a server program names a data directory that was made its working directory before it started. */
export const WORKING_DIRECTORY = '/proc/self/cwd';

/**
 * Makes the data directory where there is none. It is made beside its place and then renamed, so that a kill leaves no
 * half-made one, and of several processes that start at once one wins.
 * @throws Error if the directory belongs to another major version of PostgreSQL
 */
export async function initialise(directory: string, binaries: ServerBinaries, password: string): Promise<void> {
  if (existsSync(directory)) return checkVersion(directory, binaries);
  await removeAbandoned(directory);
  const fresh = `${directory}.new-${process.pid}-${randomUUID()}`;
  const passwordFile = `${fresh}.password`;
  ours.add(basename(fresh)).add(basename(passwordFile));
  try {
    await mkdir(fresh, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await runInitdb(fresh, binaries, passwordFile);
    await rename(fresh, directory).catch((error: unknown) => {
      if (!existsSync(join(directory, 'PG_VERSION'))) throw error;
    });
  } finally {
    await Promise.all([fresh, passwordFile].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/** Nothing of our own environment, which may hold secrets; messages in English, which `findOrStart` reads. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** How to start a server program: as whom, where, and what it calls the data directory. */
export interface Launch {
  readonly user: Partial<ServiceUser>;
  readonly cwd: string;
  readonly dataDirectory: string;
}

/**
 * When we are root the program runs as the directory's owner, who may have no right to enter the folders above (/root,
 * a private temporary folder). The working directory is set before the user changes, and Linux follows /proc/self/cwd
 * without looking at those folders.
 */
export function launchIn(directory: string, owner: ServiceUser | undefined): Launch {
  if (!owner) return { user: {}, cwd: directory, dataDirectory: directory };
  const dataDirectory = process.platform === 'linux' ? WORKING_DIRECTORY : directory;
  return { user: { uid: owner.uid, gid: owner.gid }, cwd: directory, dataDirectory };
}

async function runInitdb(directory: string, binaries: ServerBinaries, passwordFile: string): Promise<void> {
  const owner = isRoot() ? await serviceUser() : undefined;
  if (owner) await Promise.all([directory, passwordFile].map((path) => chown(path, owner.uid, owner.gid)));
  const { user, cwd, dataDirectory } = launchIn(directory, owner);
  const flags = [
    `--pgdata=${dataDirectory}`,
    `--username=${SERVER_USER}`,
    '--auth=scram-sha-256',
    // The same order of texts on every machine: no locale of the operating system takes part.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--wal-segsize=4',
    '--no-instructions',
  ];
  // A file handed over as standard input can be opened again by the new user wherever it lies.
  const input = await open(passwordFile, 'r');
  try {
    const passwordFlag = `--pwfile=${owner && process.platform === 'linux' ? '/dev/stdin' : passwordFile}`;
    const child = spawn(binaries.initdb, [...flags, passwordFlag], {
      ...user,
      cwd,
      env: SERVER_ENVIRONMENT,
      stdio: [input.fd, 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`initdb could not make ${directory}: ${complaint.trim()}`));
      });
    });
  } finally {
    await input.close();
  }
}

/** Names that this process is working on. */
const ours = new Set<string>();

/** Folders of processes that were killed while they made one. */
async function removeAbandoned(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.new-`;
  for (const name of await readdir(dirname(directory))) {
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (!name.startsWith(prefix) || ours.has(name) || (pid !== process.pid && processBirth(pid) !== '')) continue;
    // The killed process's initdb may still be writing into it: then a later start removes it.
    await rm(join(dirname(directory), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function checkVersion(directory: string, binaries: ServerBinaries): Promise<void> {
  const found = (await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === binaries.majorVersion) return;
  throw new Error(
    `${directory} holds ${found ? `data of PostgreSQL ${found}` : 'no PostgreSQL data'}, and this is PostgreSQL ` +
      `${binaries.majorVersion}: use another data directory, or dump and restore it`,
  );
}
