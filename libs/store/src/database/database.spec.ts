import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database, openDatabase } from './database.js';
import { postmasterFile, readPostmaster } from './embedded/postmaster-file.js';

const holder = fileURLToPath(new URL('./holder.fixture.js', import.meta.url));

describe('the embedded database', () => {
  let parent: string;
  let dataDir: string;
  const children: ChildProcess[] = [];
  const opened: Database[] = [];

  /** Starts a process that holds the database open; resolves to it and the address it uses. */
  const startHolder = async (mark: string): Promise<{ child: ChildProcess; url: string }> => {
    const child = spawn(process.execPath, [holder, dataDir, mark], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, url: line.toString().trim() };
  };
  const killHard = async (child: ChildProcess): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const open = async (): Promise<Database> => {
    const database = await openDatabase({ dataDir });
    opened.push(database);
    return database;
  };
  const marks = async (database: Database): Promise<string[]> =>
    (await database.kysely.selectFrom('settings').select('name').orderBy('name').execute()).map(({ name }) => name);
  const serverPid = (): number | undefined => readPostmaster(join(dataDir, 'postgres'))?.pid;

  beforeAll(async () => {
    // Nobody but us may enter, as with /root or a private temporary folder.
    parent = await mkdtemp(join(tmpdir(), 'lantern-database-'));
    await chmod(parent, 0o700);
    dataDir = join(parent, 'data');
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => rm(parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

  it('is made below a private folder, durable, with the password in a private file, and stops at close', async () => {
    const database = await openDatabase({ dataDir });
    const setting = async (name: string): Promise<unknown> =>
      (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(database.kysely)).rows[0]?.value;
    expect(await setting('fsync')).toBe('on');
    expect(await setting('synchronous_commit')).toBe('on');
    expect(await setting('data_checksums')).toBe('on');
    expect(await setting('listen_addresses')).toBe('127.0.0.1');
    const password = await readFile(join(dataDir, 'postgres.password'), 'utf8');
    expect(password.trim()).toMatch(/^[\w-]{32}$/);
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
    await database.close();
    expect(existsSync(postmasterFile(join(dataDir, 'postgres')))).toBe(false);
  });

  it('refuses a wrong password', async () => {
    const { url } = await open();
    const wrong = url.replace(/:[\w-]{32}@/, ':wrong@');
    expect(wrong).not.toBe(url);
    const attempt = openDatabase({ dataDir, url: wrong });
    await expect(attempt).rejects.toMatchObject({
      cause: { message: expect.stringContaining('password authentication failed') as string },
    });
  });

  it('is shared by a second process, which leaves it running', async () => {
    const { url } = await startHolder('holder');
    const pid = serverPid();
    const guest = await openDatabase({ dataDir });
    expect(guest.url).toBe(url);
    expect(await marks(guest)).toContain('holder');
    await guest.close();
    expect(serverPid()).toBe(pid);
    const again = await open();
    expect(await marks(again)).toContain('holder');
  });

  it('keeps what was acknowledged before kill -9, adopts the orphaned server and stops it', async () => {
    const { child } = await startHolder('orphan');
    const pid = serverPid();
    await killHard(child);
    const heir = await openDatabase({ dataDir });
    expect(serverPid()).toBe(pid);
    expect(await marks(heir)).toContain('orphan');
    await heir.close();
    expect(serverPid()).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('adopts the server of a zombie, which a parent never collected', async () => {
    const script = '"$0" "$@" & exec sleep 600';
    const parameters = ['-c', script, process.execPath, holder, dataDir, 'zombie'];
    const shell = spawn('sh', parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(shell);
    await once(shell.stdout, 'data');
    const owner = Number(/"pid":(\d+)/.exec(await readFile(join(dataDir, 'postgres.owner'), 'utf8'))?.[1]);
    expect(owner).not.toBe(shell.pid);
    process.kill(owner, 'SIGKILL');
    await vi.waitFor(async () => expect(await readFile(`/proc/${owner}/stat`, 'utf8')).toContain(') Z '));
    await (await openDatabase({ dataDir })).close();
    expect(serverPid()).toBeUndefined();
  });

  it('recovers when the server was killed too', async () => {
    const { child } = await startHolder('crash');
    const pid = serverPid() ?? 0;
    process.kill(pid, 'SIGKILL');
    await killHard(child);
    expect(existsSync(postmasterFile(join(dataDir, 'postgres')))).toBe(true);
    const database = await open();
    expect(serverPid()).not.toBe(pid);
    expect(await marks(database)).toContain('crash');
  });

  it('starts although a lock file names a process that is a stranger', async () => {
    await (await openDatabase({ dataDir })).close();
    const file = postmasterFile(join(dataDir, 'postgres'));
    const lines = [process.pid, join(dataDir, 'postgres'), 0, 1, '', '127.0.0.1', '', 'ready   '];
    await writeFile(file, `${lines.join('\n')}\n`);
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    if (process.getuid?.() === 0) await chown(file, uid, gid);
    await open();
    expect(serverPid()).not.toBe(process.pid);
  });

  it('lets several processes start at once on an empty folder, all on one server', async () => {
    dataDir = join(parent, 'together');
    const holders = await Promise.all(['a', 'b'].map(startHolder));
    expect(new Set(holders.map(({ url }) => url)).size).toBe(1);
    const database = await open();
    expect(await marks(database)).toEqual(['a', 'b']);
    expect((await readdir(dataDir)).filter((name) => name.includes('.new-'))).toEqual([]);
    for (const { child } of holders) await killHard(child);
  }, 60_000);

  it('says what to do about a data directory of another version', async () => {
    dataDir = join(parent, randomUUID());
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '12\n');
    await expect(openDatabase({ dataDir })).rejects.toThrow(/PostgreSQL 12.*another data directory/);
  });
});
