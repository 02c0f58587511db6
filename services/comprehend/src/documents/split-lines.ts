const LF = 0x0a;
const CR = 0x0d;

/** A line without its end, or the note that it was longer than allowed and was not kept. */
export type Line = { readonly bytes: Buffer } | { readonly bytes?: undefined };

/**
 * Cuts a stream of bytes into lines that end in LF, CR or CRLF; U+2028 ends none. What follows the last end is a line
 * if it is not empty. Keeps at most one line in memory, and of a line that is too long nothing.
 * @param maxBytes of a line without its end
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  const line = new GrowingLine(maxBytes);
  let endedInCr = false;
  for await (const chunk of chunks) {
    let from = 0;
    // A CRLF may be cut by the border between two chunks.
    if (endedInCr && chunk[0] === LF) from = 1;
    endedInCr = false;
    for (let end = lineEnd(chunk, from); end >= 0; end = lineEnd(chunk, from)) {
      line.add(chunk.subarray(from, end));
      yield line.take();
      const isCr = chunk[end] === CR;
      from = end + (isCr && chunk[end + 1] === LF ? 2 : 1);
      endedInCr = isCr && end + 1 === chunk.length;
    }
    line.add(chunk.subarray(from));
  }
  if (!line.isEmpty) yield line.take();
}

/** Index of the next CR or LF, or -1. */
function lineEnd(chunk: Uint8Array, from: number): number {
  const lf = chunk.indexOf(LF, from);
  const cr = chunk.subarray(from, lf < 0 ? chunk.length : lf).indexOf(CR);
  return cr < 0 ? lf : from + cr;
}

/** The pieces of a line so far. */
class GrowingLine {
  private pieces: Uint8Array[] = [];
  private sizeBytes = 0;

  constructor(private readonly maxBytes: number) {}

  get isEmpty(): boolean {
    return this.sizeBytes === 0;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.sizeBytes += piece.length;
    if (this.sizeBytes > this.maxBytes) this.pieces = [];
    else this.pieces.push(piece);
  }

  take(): Line {
    const line = this.sizeBytes > this.maxBytes ? {} : { bytes: Buffer.concat(this.pieces) };
    this.pieces = [];
    this.sizeBytes = 0;
    return line;
  }
}
