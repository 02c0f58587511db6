import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { BodyDigest, type DigestedBody } from '../body-digest.js';
import type { BucketRef, Expectations } from '../object-types.js';

const SLICE_BYTES = 1024 ** 2;

export interface WrittenBlob extends DigestedBody {
  readonly blob: string;
}

/**
 * Immutable files under `<root>/<account>/<bucket>/<2 hex digits>/<32 hex digits>`.
 *
 * Names are random and never made from keys, so no key can leave its bucket's folder, meet a file system's limits on names
 * or collide where case is ignored. A file that the index does not name is garbage; `sweep` removes it.
 */
export class BlobFiles {
  private readonly readers = new Map<string, number>();
  private readonly doomed = new Map<string, string>();

  constructor(private readonly root: string) {}

  /** The folder of a bucket. Its name has passed S3's rules, which leave no dots in a row, no slash, no upper case. */
  folder({ account, bucket }: BucketRef): string {
    if (!/^\d{12}$/.test(account)) throw new Error(`not an account: ${JSON.stringify(account)}`);
    return join(this.root, account, bucket);
  }

  path(bucket: BucketRef, blob: string): string {
    return join(this.folder(bucket), blob.slice(0, 2), blob);
  }

  /** Writes a body to a new file and makes it durable. On any failure nothing is left. */
  async write(
    bucket: BucketRef,
    body: Readable | Uint8Array,
    expected: Expectations & { readonly signal?: AbortSignal },
  ): Promise<WrittenBlob> {
    const digest = new BodyDigest(expected);
    return this.create(bucket, async (path) => {
      const handle = await open(path, 'wx', 0o600);
      try {
        if (body instanceof Readable && expected.signal) addAbortSignal(expected.signal, body);
        for await (const chunk of slices(body)) {
          digest.update(chunk);
          await writeAll(handle, chunk);
        }
        const digested = digest.finish();
        await handle.sync();
        return digested;
      } catch (error) {
        if (body instanceof Readable) body.destroy();
        throw error;
      } finally {
        await handle.close();
      }
    });
  }

  /** Gives a file's bytes a second name in another (or the same) bucket; a copy where links are not possible. */
  async duplicate(from: BucketRef, blob: string, to: BucketRef): Promise<string> {
    const source = this.path(from, blob);
    const made = await this.create(to, async (path) => {
      try {
        await link(source, path);
      } catch (error) {
        if (isMissing(error)) throw error;
        await copyFile(source, path);
        await syncPath(path);
      }
      return {};
    });
    return made.blob;
  }

  /** Opens a file for reading. While it is pinned, `remove` waits. */
  open(bucket: BucketRef, blob: string): Promise<FileHandle> {
    return open(this.path(bucket, blob), 'r');
  }

  /** Keeps files from being removed by this process until the returned function is called. */
  pin(blobs: readonly string[]): () => Promise<void> {
    for (const blob of blobs) this.readers.set(blob, (this.readers.get(blob) ?? 0) + 1);
    let released = false;
    return async () => {
      if (released) return;
      released = true;
      for (const blob of blobs) await this.unpin(blob);
    };
  }

  /** Removes files that the index no longer names. A failure leaves garbage for the next sweep, nothing worse. */
  async remove(bucket: BucketRef, blobs: readonly string[]): Promise<void> {
    for (const blob of blobs) {
      const path = this.path(bucket, blob);
      if (this.readers.has(blob)) this.doomed.set(blob, path);
      else await rm(path, { force: true }).catch(() => undefined);
    }
  }

  private async unpin(blob: string): Promise<void> {
    const left = (this.readers.get(blob) ?? 1) - 1;
    if (left > 0) return void this.readers.set(blob, left);
    this.readers.delete(blob);
    const path = this.doomed.get(blob);
    this.doomed.delete(blob);
    if (path !== undefined) await rm(path, { force: true }).catch(() => undefined);
  }

  private async create<T>(bucket: BucketRef, fill: (path: string) => Promise<T>): Promise<T & { blob: string }> {
    const blob = randomBytes(16).toString('hex');
    const path = this.path(bucket, blob);
    await makeDurableFolder(dirname(path));
    try {
      const filled = await fill(path);
      await syncPath(dirname(path));
      return { ...filled, blob };
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }
}

/** Whether a file operation failed because the file is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function* slices(body: Readable | Uint8Array): AsyncGenerator<Uint8Array> {
  if (body instanceof Readable) {
    for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    return;
  }
  for (let at = 0; at < body.length; at += SLICE_BYTES) yield body.subarray(at, at + SLICE_BYTES);
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

async function makeDurableFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncPath(dirname(made));
}

async function syncPath(path: string): Promise<void> {
  // Windows cannot open folders; there the file's own sync has to do.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
