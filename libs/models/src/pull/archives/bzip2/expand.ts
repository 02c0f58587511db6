import type { Block } from './block.js';
import { Bzip2Error } from './bzip2-error.js';
import { continueCrc } from './crc.js';

/** Bytes handed on at a time: a block may stand for 50 times its size. */
const PIECE_BYTES = 1 << 16;
/** After this many equal bytes comes a count of further ones. */
const RUN_START = 4;

/**
 * The bytes of a block: the inverse Burrows-Wheeler transform, then the run lengths of bzip2's first step.
 * @throws Bzip2Error at the end where the checksum does not fit
 */
export function* expandBlock({ chain, length, origin, crc: expected }: Block): Generator<Uint8Array> {
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  let crc = 0xffffffff;
  let place = chain[origin]! >>> 8;
  let previous = -1;
  let nEqual = 0;
  for (let i = 0; i < length; i++) {
    const entry = chain[place]!;
    const byte = entry & 0xff;
    place = entry >>> 8;
    const isCount = nEqual === RUN_START;
    const copies = isCount ? byte : 1;
    const value = isCount ? previous : byte;
    nEqual = isCount ? 0 : value === previous ? nEqual + 1 : 1;
    previous = isCount ? -1 : value;
    if (filled + copies > PIECE_BYTES) {
      crc = continueCrc(crc, piece, filled);
      yield piece.subarray(0, filled);
      piece = new Uint8Array(PIECE_BYTES);
      filled = 0;
    }
    if (copies === 1) piece[filled++] = value;
    else {
      piece.fill(value, filled, filled + copies);
      filled += copies;
    }
  }
  crc = continueCrc(crc, piece, filled);
  if (filled > 0) yield piece.subarray(0, filled);
  if (~crc >>> 0 !== expected) throw new Bzip2Error('is damaged: the checksum of a block does not fit');
}
