import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Reads a secret file, or makes it with `content` where there is none. Several processes may do so at once: all get the
 * same content, and nobody ever sees half a file.
 */
export async function readOrCreatePrivateFile(path: string, content: string): Promise<string> {
  const existing = await readIfThere(path);
  if (existing !== undefined) return existing;
  const temporary = await writeSynced(path, content);
  try {
    // Unlike a rename, a link fails where the name is taken: the first process wins.
    await link(temporary, path);
    await syncFolder(dirname(path));
    return content;
  } catch (error) {
    const winner = await readIfThere(path);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes a file that only its owner may read, all of it or nothing, and durably. Replaces an existing one. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  await rename(await writeSynced(path, content), path);
  await syncFolder(dirname(path));
}

/** A file's text; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeSynced(path: string, content: string): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its file systems journal the names.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
