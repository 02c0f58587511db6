import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkedSha256, hashFile } from './digest.js';

/** Content that is not what it was said to be. */
export class WrongContentError extends Error {
  constructor(label: string, expected: string, actual: string) {
    super(`${label} has other content than expected: SHA-256 ${actual} instead of ${expected}`);
    this.name = 'WrongContentError';
  }
}

export interface WriteOptions {
  /** Refuses other content than this digest's. */
  readonly expected?: string | undefined;
  /** Refuses more bytes than this. */
  readonly maxBytes?: number | undefined;
  /** Names the content in errors. */
  readonly label?: string | undefined;
}

/** Files named by their content: `blobs/sha256-<digest>`. A blob appears whole or not at all. */
export class BlobStore {
  private readonly blobs: string;
  /** For what is not whole yet; on the same file system, so that it moves in one step. */
  readonly incoming: string;

  constructor(folder: string) {
    this.blobs = join(folder, 'blobs');
    this.incoming = join(folder, 'incoming');
  }

  /** @throws DigestError before anything else happens */
  pathOf(sha256: string): string {
    return join(this.blobs, `sha256-${checkedSha256(sha256)}`);
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.sizeOf(sha256)) !== undefined;
  }

  /** Bytes; undefined where there is no such blob. */
  async sizeOf(sha256: string): Promise<number | undefined> {
    const found = await stat(this.pathOf(sha256)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  }

  /** Whether there is such a blob, and its content still has its digest: reads all of it. */
  async isIntact(sha256: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.has(sha256)) && (await hashFile(this.pathOf(sha256), signal)).sha256 === sha256;
  }

  /** Digests of all blobs. */
  async list(): Promise<string[]> {
    const names = await readdir(this.blobs).catch(() => []);
    return names.flatMap((name) => /^sha256-([0-9a-f]{64})$/.exec(name)?.[1] ?? []).sort();
  }

  /**
   * Writes content, hashing it on the way, and gives it its name once it is on disk.
   * @throws WrongContentError where it is not the content expected
   */
  async write(chunks: AsyncIterable<Uint8Array>, options: WriteOptions = {}): Promise<{ sha256: string; sizeBytes: number }> {
    await this.prepare();
    const temporary = join(this.incoming, `${randomUUID()}.tmp`);
    try {
      const { sha256, sizeBytes } = await writeHashed(temporary, chunks, options);
      if (options.expected !== undefined && options.expected !== sha256)
        throw new WrongContentError(options.label ?? 'the content', options.expected, sha256);
      await this.adopt(temporary, sha256);
      return { sha256, sizeBytes };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Gives a whole file, whose digest the caller has computed and which is synchronised to disk, its name. */
  async adopt(file: string, sha256: string): Promise<void> {
    const path = this.pathOf(sha256);
    await mkdir(this.blobs, { recursive: true, mode: 0o700 });
    await rename(file, path);
    await syncFolder(dirname(path));
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }

  /** Makes the folder for what is not whole yet. */
  async prepare(): Promise<void> {
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
  }
}

async function writeHashed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes = Infinity, label = 'the content' }: WriteOptions,
): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw new Error(`${label} is larger than ${maxBytes} bytes`);
      hash.update(chunk);
      await writeWhole(file, chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/**
 * Writes every byte: one call may write fewer than it was given.
 * @param position in the file; by default where the last write ended
 */
export async function writeWhole(file: FileHandle, chunk: Uint8Array, position?: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const at = position === undefined ? null : position + written;
    written += (await file.write(chunk, written, chunk.length - written, at)).bytesWritten;
  }
}

/** A rename is safe from a power cut once its folder is on disk; some systems cannot open folders and need no such step. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    // The file itself is synchronised: at worst the name is lost with the power, and the file is fetched again.
  } finally {
    await handle?.close();
  }
}
