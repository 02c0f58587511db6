import type { Block } from './block.js';
import { Bzip2Error } from './bzip2-error.js';
import { continueCrc } from './crc.js';

/** Bytes handed on at a time: a block may stand for 50 times its size. */
const PIECE_BYTES = 1 << 16;
/** After this many equal bytes comes a count of further ones, up to 255. */
const RUN_START = 4;

/**
 * The bytes of a block: the inverse Burrows-Wheeler transform, then the run lengths of bzip2's first step.
 * @throws Bzip2Error at the end where the checksum does not fit
 */
export function* expandBlock(block: Block): Generator<Uint8Array> {
  const expansion = new Expansion(block);
  let crc = 0xffffffff;
  while (!expansion.isDone) {
    const piece = new Uint8Array(PIECE_BYTES);
    const filled = expansion.fill(piece);
    crc = continueCrc(crc, piece, filled);
    yield piece.subarray(0, filled);
  }
  if (~crc >>> 0 !== block.crc) throw new Bzip2Error('is damaged: the checksum of a block does not fit');
}

/** Where the expansion of a block stands. A class, because V8 compiles a plain loop better than one in a generator. */
class Expansion {
  private place: number;
  private left: number;
  private previous = -1;
  private nEqual = 0;

  constructor(private readonly block: Block) {
    this.place = block.chain[block.origin]! >>> 8;
    this.left = block.length;
  }

  get isDone(): boolean {
    return this.left === 0;
  }

  /** Fills a piece as far as whole runs fit. @returns bytes filled */
  fill(piece: Uint8Array): number {
    const { chain } = this.block;
    let { place, left, previous, nEqual } = this;
    let filled = 0;
    for (; left > 0; left--) {
      const entry = chain[place]!;
      const byte = entry & 0xff;
      if (nEqual === RUN_START) {
        if (filled + byte > piece.length) break;
        piece.fill(previous, filled, filled + byte);
        filled += byte;
        nEqual = 0;
        previous = -1;
      } else {
        if (filled === piece.length) break;
        piece[filled++] = byte;
        nEqual = byte === previous ? nEqual + 1 : 1;
        previous = byte;
      }
      place = entry >>> 8;
    }
    this.place = place;
    this.left = left;
    this.previous = previous;
    this.nEqual = nEqual;
    return filled;
  }
}
