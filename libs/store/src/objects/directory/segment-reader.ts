import { Readable } from 'node:stream';
import type { FileHandle } from 'node:fs/promises';
import type { AnsweredRange, BucketRef } from '../object-types.js';
import type { BlobFiles } from './blob-files.js';
import type { Segment } from './tables.js';

const CHUNK_BYTES = 256 * 1024;

/** A stretch of one file, inclusive. */
interface Stretch extends AnsweredRange {
  readonly blob: string;
}

/**
 * Streams a range of an object that is spread over files. The first file is opened before this returns, so that an object
 * of one file can be overwritten meanwhile; the others are pinned.
 * @throws ENOENT where the first file is gone, i.e. the object was overwritten since the index was read
 */
export async function readSegments(
  files: BlobFiles,
  bucket: BucketRef,
  segments: readonly Segment[],
  range: AnsweredRange | undefined,
  signal?: AbortSignal,
): Promise<Readable> {
  const wanted = stretches(segments, range);
  const [first] = wanted;
  if (!first) return Readable.from([]);
  const release = files.pin(wanted.map(({ blob }) => blob));
  let handle: FileHandle;
  try {
    handle = await files.open(bucket, first.blob);
  } catch (error) {
    await release();
    throw error;
  }
  const source = new SegmentSource(files, bucket, wanted, handle, release);
  return new Readable({
    highWaterMark: CHUNK_BYTES,
    ...(signal && { signal }),
    read() {
      source.next().then(
        (chunk) => {
          this.push(chunk);
          // The end comes with the last bytes: a client that counts them may be gone before another turn.
          if (chunk !== null && source.isAtEnd) this.push(null);
        },
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      source.close().then(
        () => done(error),
        () => done(error),
      );
    },
  });
}

class SegmentSource {
  private index = 0;
  private offset: number;
  private reading: Promise<unknown> = Promise.resolve();
  private handle: FileHandle | undefined;

  constructor(
    private readonly files: BlobFiles,
    private readonly bucket: BucketRef,
    private readonly wanted: readonly Stretch[],
    first: FileHandle,
    private readonly release: () => Promise<void>,
  ) {
    this.handle = first;
    this.offset = wanted[0]?.first ?? 0;
  }

  /** Whether all bytes have been read. */
  get isAtEnd(): boolean {
    const stretch = this.wanted[this.index];
    return this.index >= this.wanted.length - 1 && this.offset > (stretch?.last ?? -1);
  }

  /** The next bytes, or null at the end. */
  next(): Promise<Buffer | null> {
    const chunk = this.read();
    this.reading = chunk.catch(() => undefined);
    return chunk;
  }

  /** Closes the file once a running read has ended. */
  async close(): Promise<void> {
    await this.reading;
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
    await this.release();
  }

  private async read(): Promise<Buffer | null> {
    let stretch = this.wanted[this.index];
    if (stretch && this.offset > stretch.last) {
      await this.handle?.close();
      this.handle = undefined;
      stretch = this.wanted[++this.index];
      if (stretch) {
        this.handle = await this.files.open(this.bucket, stretch.blob);
        this.offset = stretch.first;
      }
    }
    if (!stretch || !this.handle) return null;
    const size = Math.min(CHUNK_BYTES, stretch.last - this.offset + 1);
    const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(size), 0, size, this.offset);
    if (bytesRead === 0) throw new Error(`blob ${stretch.blob} is shorter than the index says`);
    this.offset += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}

function stretches(segments: readonly Segment[], range: AnsweredRange | undefined): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  for (const { blob, sizeBytes } of segments) {
    const first = Math.max(0, (range?.first ?? 0) - start);
    const last = Math.min(sizeBytes - 1, (range?.last ?? Infinity) - start);
    if (first <= last) found.push({ blob, first, last });
    start += sizeBytes;
  }
  return found;
}
