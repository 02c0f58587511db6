/** Reads a stream of bytes in pieces of its own choice, without joining more than it was asked for. */
export class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private piece: Uint8Array = new Uint8Array(0);
  private offset = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes; undefined where the stream has ended before the first, an error where it ends among them. */
  async read(length: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const part = await this.next(length - filled);
      if (part === undefined && filled === 0) return undefined;
      if (part === undefined) throw new EndOfBytes();
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** The next `length` bytes, as they come. */
  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      const part = await this.next(left);
      if (part === undefined) throw new EndOfBytes();
      left -= part.length;
      yield part;
    }
  }

  /** Reads to the end and drops everything, so that checks at the end of the stream take place. */
  async drain(): Promise<void> {
    while ((await this.next(Number.MAX_SAFE_INTEGER)) !== undefined);
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async next(limit: number): Promise<Uint8Array | undefined> {
    while (this.offset === this.piece.length) {
      const next = await this.source.next();
      if (next.done) return undefined;
      this.piece = next.value;
      this.offset = 0;
    }
    const part = this.piece.subarray(this.offset, Math.min(this.piece.length, this.offset + limit));
    this.offset += part.length;
    return part;
  }
}

/** The stream ended where it may not. */
export class EndOfBytes extends Error {
  constructor() {
    super('ends too early');
  }
}
