import type { BitReader } from './bit-reader.js';
import { Bzip2Error } from './bzip2-error.js';

/** Longest code word that the format allows. */
export const MAX_CODE_BITS = 20;
/** Code words up to this length are found in one look. */
const LOOKUP_BITS = 10;

/** A canonical prefix (Huffman) code: words of one length are consecutive numbers, in the order of their symbols. */
export class PrefixCode {
  /** By the next bits: the symbol times 32 plus the length of its word; 0 where the word is longer. */
  private readonly lookup = new Uint16Array(1 << LOOKUP_BITS);
  /** By length: the first word that is too large for it, and what its words' numbers are ahead of their symbols' places. */
  private readonly limits = new Int32Array(MAX_CODE_BITS + 2);
  private readonly offsets = new Int32Array(MAX_CODE_BITS + 2);
  private readonly symbols: Uint16Array;

  /** @param lengths of each symbol's word, 1 to 20 bits */
  constructor(lengths: Uint8Array) {
    const counts = new Int32Array(MAX_CODE_BITS + 1);
    for (const length of lengths) counts[length]!++;
    this.symbols = new Uint16Array(lengths.length);
    let word = 0;
    let place = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      this.offsets[length] = place - word;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.symbols[place++] = symbol;
        if (length <= LOOKUP_BITS) this.enter(symbol, word, length);
        word++;
      }
      if (word > 1 << length) throw new Bzip2Error('has a prefix code with too many words');
      this.limits[length] = word;
      word <<= 1;
    }
  }

  /** The next symbol. */
  read(bits: BitReader): number {
    const word = bits.peek(MAX_CODE_BITS);
    const found = this.lookup[word >>> (MAX_CODE_BITS - LOOKUP_BITS)]!;
    if (found !== 0) {
      bits.skip(found & 31);
      return found >>> 5;
    }
    for (let length = LOOKUP_BITS + 1; length <= MAX_CODE_BITS; length++) {
      const start = word >>> (MAX_CODE_BITS - length);
      if (start >= this.limits[length]!) continue;
      bits.skip(length);
      return this.symbols[start + this.offsets[length]!]!;
    }
    throw new Bzip2Error('has bits that stand for nothing');
  }

  private enter(symbol: number, word: number, length: number): void {
    const first = word << (LOOKUP_BITS - length);
    const end = Math.min((word + 1) << (LOOKUP_BITS - length), this.lookup.length);
    for (let i = first; i < end; i++) this.lookup[i] = (symbol << 5) | length;
  }
}
