import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const HEARTBEAT_MS = 20_000;
/** A process that has not touched its file for this long is gone. */
const SILENCE_MS = 90_000;

const ours = new Set<string>();

/** Who uses a directory now: one file per open store, `<host>.<pid>.<random>`, touched while it lives. */
export class Instance {
  private constructor(
    private readonly path: string,
    private readonly heartbeat: NodeJS.Timeout,
  ) {}

  /** Signs in. */
  static async enter(folder: string): Promise<Instance> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${hostname()}.${process.pid}.${randomBytes(4).toString('hex')}`);
    await writeFile(path, '');
    ours.add(path);
    const heartbeat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, HEARTBEAT_MS);
    heartbeat.unref();
    return new Instance(path, heartbeat);
  }

  async leave(): Promise<void> {
    clearInterval(this.heartbeat);
    ours.delete(this.path);
    await rm(this.path, { force: true });
  }

  /** Whether another store is open on the folder. Files of the dead are removed. */
  async hasCompany(folder: string): Promise<boolean> {
    let found = false;
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (path === this.path) continue;
      if (await isAlive(path, name)) found = true;
      else await rm(path, { force: true });
    }
    return found;
  }
}

async function isAlive(path: string, name: string): Promise<boolean> {
  if (ours.has(path)) return true;
  const [, pid = '', host = ''] = /\.(\d+)\.[0-9a-f]+$/.exec(name)
    ? [name, name.split('.').at(-2), name.split('.').slice(0, -2).join('.')]
    : [];
  if (host === hostname() && (Number(pid) === process.pid || !isRunning(Number(pid)))) return false;
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs < SILENCE_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
