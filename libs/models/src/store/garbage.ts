import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from './blob-store.js';
import type { InstalledModels } from './installed-models.js';
import type { StoreLocks } from './store-locks.js';

/** `busy`: something is being pulled, and what nobody needs now may be its files; they stay until the next time. */
export type Collected =
  { readonly kind: 'busy' } | { readonly kind: 'collected'; readonly nBlobs: number; readonly bytes: number };

interface Store {
  readonly blobs: BlobStore;
  readonly installed: InstalledModels;
  readonly locks: StoreLocks;
}

/** Parts of interrupted downloads are kept this long. */
const PART_KEPT_MS = 14 * 24 * 3_600_000;

/**
 * Removes blobs that no manifest names, and leftovers of attempts that nobody went on with.
 * @throws ManifestError where a manifest cannot be read: what it needs is not known then, and nothing is removed
 */
export async function collectGarbage({ blobs, installed, locks }: Store): Promise<Collected> {
  const collected = await locks.withoutWork(async () => {
    const needed = await installed.referenced();
    let nBlobs = 0;
    let bytes = 0;
    for (const sha256 of await blobs.list()) {
      if (needed.has(sha256)) continue;
      bytes += (await blobs.sizeOf(sha256)) ?? 0;
      await blobs.remove(sha256);
      nBlobs++;
    }
    await removeLeftovers(blobs.incoming);
    return { kind: 'collected', nBlobs, bytes } as const;
  });
  return collected ?? { kind: 'busy' };
}

async function removeLeftovers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming).catch(() => [])) {
    const path = join(incoming, name);
    const { mtimeMs } = await stat(path);
    if (name.endsWith('.tmp') || Date.now() - mtimeMs > PART_KEPT_MS) await rm(path, { force: true });
  }
}
