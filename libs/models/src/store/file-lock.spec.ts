import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, isHeld } from './file-lock.js';

const timing = { heartbeatMs: 20, staleAfterMs: 200, pollMs: 5 };

describe('acquireLock', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const visit = async () => {
      const lock = await acquireLock(path, { timing });
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('tells who waits that they wait, and stops waiting when told', async () => {
    const lock = await acquireLock(path, { timing });
    const stop = new AbortController();
    let waits = 0;
    const onWait = () => void (++waits === 3 && stop.abort(new Error('enough')));
    await expect(acquireLock(path, { timing, onWait, signal: stop.signal })).rejects.toThrow();
    expect(waits).toBe(3);
    await lock.release();
  });

  it('stays held as long as its holder lives, however long that is', async () => {
    const lock = await acquireLock(path, { timing });
    await sleep(timing.staleAfterMs * 1.5);
    const second = acquireLock(path, { timing, signal: AbortSignal.timeout(timing.staleAfterMs * 1.5) });
    await expect(second).rejects.toThrow();
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
  });

  it('is taken over at once from a process that died', async () => {
    const script = `import(${JSON.stringify(new URL('./file-lock.js', import.meta.url).href)}).then(async (m) => {
      await m.acquireLock(${JSON.stringify(path)}); process.kill(process.pid, 'SIGKILL'); })`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).signal).toBe('SIGKILL');
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('pid');
    expect(await isHeld(path)).toBe(false);
    const before = performance.now();
    const lock = await acquireLock(path);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(lock.tookFromSilent).toBe(false);
    await lock.release();
  });

  it('is taken over after a silence from a holder of which nobody can say whether it lives', async () => {
    await writeFile(path, JSON.stringify({ token: 'x', pid: 1, space: 'elsewhere' }));
    expect(await isHeld(path, timing)).toBe(true);
    const lock = await acquireLock(path, { timing });
    expect(lock.tookFromSilent).toBe(true);
    await lock.release();
  });

  it.each(['', 'null', '{', '{"pid":1}'])('is taken over after a silence where its content is %j', async (content) => {
    await writeFile(path, content);
    const lock = await acquireLock(path, { timing });
    expect(lock.tookFromSilent).toBe(true);
    await lock.release();
  });

  it('is taken over at once where the silence is longer than any clock is wrong', async () => {
    await writeFile(path, JSON.stringify({ token: 'x', pid: 1, space: 'elsewhere' }));
    await utimes(path, new Date(0), new Date(0));
    expect(await isHeld(path)).toBe(false);
  });

  it('tells a holder that it lost the lock', async () => {
    const lock = await acquireLock(path, { timing });
    await writeFile(path, JSON.stringify({ token: 'another', pid: process.pid, space: 'x' }));
    await expect.poll(() => lock.lost.aborted, { timeout: 2_000 }).toBe(true);
    await lock.release();
    expect(await readFile(path, 'utf8')).toContain('another');
  });
});
