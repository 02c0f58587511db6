import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** Bytes that are gathered before they are written to disk. */
const BLOCK_BYTES = 64 * 1024;

/**
 * The lines of a job's output on their way into an archive. They are kept on disk, because an archive states the length of
 * a file before its bytes: memory does not depend on how much is written.
 */
export class OutputFile {
  private block: string[] = [];
  private blockChars = 0;
  private sizeBytes = 0;

  private constructor(private readonly file: FileHandle) {}

  /**
   * Opens an empty file without a name, which the system takes back however the process ends.
   * @param folder on whose disk it lies
   */
  static async open(folder = tmpdir()): Promise<OutputFile> {
    const path = join(folder, `lantern-output-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await rm(path);
    return new OutputFile(file);
  }

  /** Adds a line of JSON. */
  async add(value: object): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    this.block.push(line);
    this.blockChars += line.length;
    if (this.blockChars >= BLOCK_BYTES) await this.flush();
  }

  /**
   * The archive `tar.gz` with this file in it. The same lines and date make the same bytes.
   * @param name of the file in the archive
   * @param modifiedAt its date in the archive
   */
  async archive(name: string, modifiedAt: Date): Promise<Readable> {
    await this.flush();
    const archive = pack();
    const entry = archive.entry({ name, size: this.sizeBytes, mtime: modifiedAt, mode: 0o644 });
    const content = this.file.createReadStream({ start: 0, autoClose: false });
    const gzip = createGzip();
    const break_ = (cause: unknown) => gzip.destroy(cause instanceof Error ? cause : new Error('archive broke off'));
    void pipeline(content, entry).then(() => archive.finalize(), break_);
    void pipeline(archive, gzip).catch(break_);
    return gzip;
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    if (this.block.length === 0) return;
    const bytes = Buffer.from(this.block.join(''));
    this.block = [];
    this.blockChars = 0;
    await this.file.write(bytes, 0, bytes.length, this.sizeBytes);
    this.sizeBytes += bytes.length;
  }
}
