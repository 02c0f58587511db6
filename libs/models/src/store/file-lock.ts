import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Times of a lock, in milliseconds. */
export interface LockTiming {
  /** How often the holder shows that it lives. */
  readonly heartbeatMs: number;
  /** After which silence a holder on another machine counts as gone. */
  readonly staleAfterMs: number;
  readonly pollMs: number;
}

const ordinaryTiming: LockTiming = { heartbeatMs: 5_000, staleAfterMs: 30_000, pollMs: 150 };

/** A lock that this process holds. */
export interface HeldLock {
  /** Aborted when the lock was taken by another process, after this one had been suspended for long. */
  readonly lost: AbortSignal;
  /** True where a holder had to be given up that may still wake up and write. */
  readonly tookFromSilent: boolean;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called at every look at a lock that another holds. */
  readonly onWait?: (() => void) | undefined;
  readonly timing?: Partial<LockTiming> | undefined;
}

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly space: string;
}

/** Tokens of locks that this process holds: a lock with our process number and another token is a dead process's. */
const ours = new Set<string>();

/** Where process numbers mean the same: this machine and its namespace of processes (containers have their own). */
const processSpace = ((): string => {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
})();

/**
 * Takes a lock that is a file, among all processes that see its folder; waits while another holds it. The lock of a
 * process that died is taken over at once where this process can see that it died, and after a silence where it cannot.
 * @throws the signal's reason when aborted
 */
export async function acquireLock(path: string, { signal, onWait, timing }: LockOptions = {}): Promise<HeldLock> {
  const times = { ...ordinaryTiming, ...timing };
  const token = randomUUID();
  let tookFromSilent = false;
  let watched: Watched | undefined;
  while (!(await tryCreate(path, token))) {
    signal?.throwIfAborted();
    watched = await watch(path, watched);
    const state = watched && stateOf(watched, times);
    if (watched && state !== 'held') {
      if (await breakLock(path, watched.content)) tookFromSilent ||= state === 'silent';
      continue;
    }
    onWait?.();
    await sleep(times.pollMs, undefined, signal && { signal });
  }
  return hold(path, token, tookFromSilent, times);
}

/** Whether a live process holds the lock, as far as one look can tell. */
export async function isHeld(path: string, timing?: Partial<LockTiming>): Promise<boolean> {
  const watched = await watch(path, undefined);
  return watched !== undefined && stateOf(watched, { ...ordinaryTiming, ...timing }) === 'held';
}

async function tryCreate(path: string, token: string): Promise<boolean> {
  const holder: Holder = { token, pid: process.pid, space: processSpace };
  ours.add(token);
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(holder)).finally(() => file.close());
    return true;
  } catch (error) {
    ours.delete(token);
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What this process saw of a lock: its content, and since when it has not changed by our own clock. */
interface Watched {
  readonly content: string;
  readonly mtimeMs: number;
  readonly sinceMs: number;
}

async function watch(path: string, before: Watched | undefined): Promise<Watched | undefined> {
  try {
    const [content, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const isSame = before?.content === content && before.mtimeMs === mtimeMs;
    return { content, mtimeMs, sinceMs: isSame ? before.sinceMs : performance.now() };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `dead`: its process is gone for certain. `silent`: nobody has shown for long that it lives. */
function stateOf({ content, mtimeMs, sinceMs }: Watched, { staleAfterMs }: LockTiming): 'held' | 'dead' | 'silent' {
  const holder = readHolder(content);
  if (holder?.space === processSpace && !lives(holder)) return 'dead';
  // Other machines have other clocks: what counts is how long we saw no change, or a silence that no clock is wrong by.
  const isSilent = performance.now() - sinceMs > staleAfterMs || Date.now() - mtimeMs > 20 * staleAfterMs;
  return isSilent ? 'silent' : 'held';
}

function lives({ pid, token }: Holder): boolean {
  if (pid === process.pid) return ours.has(token);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Undefined while its holder is still writing it, or died doing so. */
function readHolder(content: string): Holder | undefined {
  try {
    // Only the members used are looked at, and each is compared with something of a known type.
    const { token, pid, space } = JSON.parse(content) as Record<string, unknown>;
    return typeof token === 'string' && Number.isSafeInteger(pid) && typeof space === 'string'
      ? { token, pid: Number(pid), space }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a lock that still has the content seen. One process at a time looks, lest a second remove the first one's new lock. */
async function breakLock(path: string, content: string): Promise<boolean> {
  const guard = `${path}.breaking`;
  try {
    await (await open(guard, 'wx', 0o600)).close();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(guard).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 10_000) await rm(guard, { force: true });
    await sleep(20);
    return false;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => undefined)) !== content) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

function hold(path: string, token: string, tookFromSilent: boolean, { heartbeatMs }: LockTiming): HeldLock {
  const lost = new AbortController();
  const isStillOurs = async () => readHolder(await readFile(path, 'utf8').catch(() => ''))?.token === token;
  const beat = async () => {
    if (!(await isStillOurs())) lost.abort(new Error(`another process took ${path} while this one did not answer`));
    else await utimes(path, new Date(), new Date());
  };
  const timer = setInterval(() => void beat().catch((error: unknown) => lost.abort(error)), heartbeatMs);
  timer.unref();
  return {
    lost: lost.signal,
    tookFromSilent,
    release: async () => {
      clearInterval(timer);
      if (await isStillOurs()) await rm(path, { force: true });
      ours.delete(token);
    },
  };
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
