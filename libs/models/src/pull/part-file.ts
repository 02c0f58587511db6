import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { writeWhole } from '../store/blob-store.js';

/** A file that is being filled; hashed on the way. What an earlier attempt left is read once, then continued. */
export class PartFile {
  private hash: Hash = createHash('sha256');
  private bytes = 0;
  private inherited = false;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /**
   * Opens or makes the file. The caller holds the lock that makes it the only writer.
   * @param fresh throws away what is there, without touching a file that someone else may still have open
   */
  static async open(path: string, { signal, fresh = false }: { signal?: AbortSignal; fresh?: boolean }): Promise<PartFile> {
    if (fresh) await removePart(path);
     
    const part = new PartFile(path, await open(path, constants.O_RDWR | constants.O_CREAT, 0o600));
    try {
      await part.readExisting(signal);
    } catch (error) {
      await part.close();
      throw error;
    }
    return part;
  }

  get length(): number {
    return this.bytes;
  }

  /** Whether some of its bytes are an earlier attempt's: wrong content may then be that one's fault. */
  get isResumed(): boolean {
    return this.inherited && this.bytes > 0;
  }

  async append(chunk: Uint8Array): Promise<void> {
    // A read of another position would move the file's own: every write says where.
    await writeWhole(this.file, chunk, this.bytes);
    this.hash.update(chunk);
    this.bytes += chunk.length;
  }

  /** Empties the file. */
  async restart(): Promise<void> {
    await this.file.truncate(0);
    this.hash = createHash('sha256');
    this.bytes = 0;
    this.inherited = false;
  }

  /** SHA-256 of what is there so far. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  /** Puts it on disk; afterwards the file may be renamed. Refuses if the name stands for another file by now. */
  async sync(): Promise<void> {
    await this.file.sync();
    const [own, named] = await Promise.all([this.file.stat(), stat(this.path)]);
    if (own.ino !== named.ino || named.size !== this.bytes)
      throw new Error(`${this.path} was changed by another process while it was being filled`);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** What an earlier attempt noted about its bytes, such as the version of the file that the server named. */
  async note(): Promise<string> {
    return readFile(notePath(this.path), 'utf8').catch(() => '');
  }

  async writeNote(text: string): Promise<void> {
    await writeFile(notePath(this.path), text, { mode: 0o600 });
  }

  private async readExisting(signal?: AbortSignal): Promise<void> {
    const piece = Buffer.allocUnsafe(1 << 20);
    while (true) {
      signal?.throwIfAborted();
      const { bytesRead } = await this.file.read(piece, 0, piece.length, this.bytes);
      if (bytesRead === 0) break;
      this.hash.update(piece.subarray(0, bytesRead));
      this.bytes += bytesRead;
    }
    this.inherited = this.bytes > 0;
  }
}

const notePath = (path: string) => `${path}.note`;

/** Removes a part and its note. */
export async function removePart(path: string): Promise<void> {
  await Promise.all([path, notePath(path)].map((each) => rm(each, { force: true })));
}
