import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Numeric user and group ids of a user of this machine. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/** Users that a root process may give the embedded server to, best first. */
const NAMES = ['postgres', 'lantern'] as const;

/** Ways to make the user, by what the distribution has: shadow-utils (Debian, Fedora) or BusyBox (Alpine). */
const CREATIONS = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
  ['adduser', '-S', '-D', '-H', 'postgres'],
] as const;

/** True for a process that PostgreSQL would refuse to run in. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The user that owns a new data directory when we are root, because PostgreSQL does not run as root.
 * It is `postgres` (made if need be), else `nobody`, which exists everywhere. initdb insists on a user with a name.
 */
export async function serviceUser(): Promise<ServiceUser> {
  const existing = await findUser(NAMES);
  if (existing) return existing;
  for (const [program, ...options] of CREATIONS) {
    try {
      await run(program, options);
    } catch {
      continue; // Not this distribution's program, or a read-only /etc: the next way, in the end `nobody`.
    }
    const created = await findUser(NAMES);
    if (created) return created;
  }
  const nobody = await findUser(['nobody']);
  if (nobody) return nobody;
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no user `postgres` and none could be made: ' +
      'start Lantern as another user, or set DATABASE_URL',
  );
}

async function findUser(names: readonly string[]): Promise<ServiceUser | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    if (Number(uid) > 0 && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
