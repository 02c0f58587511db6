import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock, isHeld, type HeldLock, type LockOptions } from './file-lock.js';

/** The locks of a store's folder, shared by all processes that use it. */
export class StoreLocks {
  private readonly locks: string;

  constructor(folder: string) {
    this.locks = join(folder, 'locks');
  }

  /**
   * Runs work that adds files to the store, one process at a time for each name. While it runs, nothing in the store is
   * taken for garbage: files come before the manifest that needs them.
   * @param work gets the lock, to stop where it is lost
   */
  async withWork<T>(name: string, options: LockOptions, work: (lock: HeldLock) => Promise<T>): Promise<T> {
    await mkdir(this.locks, { recursive: true, mode: 0o700 });
    const marker = await this.withStore(() => acquireLock(join(this.locks, `work-${randomUUID()}`)), options);
    try {
      const lock = await acquireLock(join(this.locks, name), options);
      try {
        return await work(lock);
      } finally {
        await lock.release();
      }
    } finally {
      await marker.release();
    }
  }

  /**
   * Runs work that removes files, unless something is being added.
   * @returns undefined where something is: what is unreferenced now may be needed in a moment
   */
  async withoutWork<T>(removal: () => Promise<T>): Promise<T | undefined> {
    await mkdir(this.locks, { recursive: true, mode: 0o700 });
    return this.withStore(async () => {
      const markers = (await readdir(this.locks)).filter((name) => /^work-[0-9a-f-]{36}$/.test(name));
      for (const marker of markers) if (await isHeld(join(this.locks, marker))) return undefined;
      return removal();
    });
  }

  private async withStore<T>(work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
    const lock = await acquireLock(join(this.locks, 'store'), options);
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }
}
