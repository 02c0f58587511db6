import type { BitReader } from './bit-reader.js';
import { Bzip2Error } from './bzip2-error.js';
import { MAX_CODE_BITS, PrefixCode } from './prefix-code.js';

/** Symbols that share one choice of a code. */
const GROUP_SYMBOLS = 50;
/** Most groups that a block of 900,000 symbols has; writers have been seen to declare more, which are not used. */
const MAX_GROUPS = 18_002;

/** A block after the entropy code: a permutation of its bytes, from which the inverse Burrows-Wheeler transform reads. */
export interface Block {
  /** By place in the sorted order: the byte in the lowest 8 bits, the next place above them. */
  readonly chain: Uint32Array;
  readonly length: number;
  /** Place of the first byte. */
  readonly origin: number;
  readonly crc: number;
}

/**
 * Reads a block after its magic number.
 * @param chain room for as many entries as a block may have bytes; used again for each block
 */
export function readBlock(bits: BitReader, chain: Uint32Array): Block {
  const crc = bits.read32();
  if (bits.read(1) === 1) throw new Bzip2Error('has a randomised block, which no writer has made since 1997');
  const origin = bits.read(24);
  const bytes = readUsedBytes(bits);
  const nCodes = bits.read(3);
  if (nCodes < 2 || nCodes > 6) throw new Bzip2Error(`has a block with ${nCodes} prefix codes`);
  const selectors = readSelectors(bits, nCodes);
  const codes = Array.from({ length: nCodes }, () => readCode(bits, bytes.length + 2));
  const length = readSymbols(bits, { bytes, selectors, codes, chain });
  if (origin >= length) throw new Bzip2Error('has a block that begins outside itself');
  return { chain: linked(chain, length), length, origin, crc };
}

/** The byte values that occur, as a two-level set of bits. */
function readUsedBytes(bits: BitReader): Uint8Array {
  const rows = bits.read(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >>> (15 - row)) & 1) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column++) if ((columns >>> (15 - column)) & 1) used.push(row * 16 + column);
  }
  if (used.length === 0) throw new Bzip2Error('has a block without bytes');
  return Uint8Array.from(used);
}

/** Which code each group uses, as places in a list that moves the last used one to its front. */
function readSelectors(bits: BitReader, nCodes: number): Uint8Array {
  const nGroups = bits.read(15);
  if (nGroups === 0) throw new Bzip2Error('has a block without groups');
  const recent = Array.from({ length: nCodes }, (_, code) => code);
  const selectors = new Uint8Array(Math.min(nGroups, MAX_GROUPS));
  for (let group = 0; group < nGroups; group++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= nCodes) throw new Bzip2Error('chooses a prefix code that it does not have');
    const [code = 0] = recent.splice(place, 1);
    recent.unshift(code);
    if (group < MAX_GROUPS) selectors[group] = code;
  }
  return selectors;
}

/** Lengths of a code's words, each as steps up and down from the one before. */
function readCode(bits: BitReader, nSymbols: number): PrefixCode {
  const lengths = new Uint8Array(nSymbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < nSymbols; symbol++) {
    while (true) {
      if (length < 1 || length > MAX_CODE_BITS) throw new Bzip2Error('has a prefix code with a word of no length');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return new PrefixCode(lengths);
}

interface Coded {
  readonly bytes: Uint8Array;
  readonly selectors: Uint8Array;
  readonly codes: readonly PrefixCode[];
  readonly chain: Uint32Array;
}

/** Undoes prefix codes, runs and move-to-front; leaves one byte in each entry of the chain. @returns how many */
function readSymbols(bits: BitReader, { bytes, selectors, codes, chain }: Coded): number {
  const recent = Uint8Array.from(bytes);
  const endSymbol = bytes.length + 1;
  let length = 0;
  let run = 0;
  let digit = 1;
  for (const selector of selectors) {
    const code = codes[selector]!;
    for (let i = 0; i < GROUP_SYMBOLS; i++) {
      const symbol = code.read(bits);
      if (symbol <= 1) {
        // Digits of a run's length, lowest first, in the bijective numeral system of base 2.
        run += digit << symbol;
        digit <<= 1;
        if (run > chain.length - length) throw new Bzip2Error('has a block that is larger than it says');
        continue;
      }
      if (run > 0) {
        chain.fill(recent[0]!, length, length + run);
        length += run;
        run = 0;
        digit = 1;
      }
      if (symbol === endSymbol) return length;
      if (length >= chain.length) throw new Bzip2Error('has a block that is larger than it says');
      const byte = recent[symbol - 1]!;
      // A call costs more than moving a few bytes one by one.
      if (symbol > 16) recent.copyWithin(1, 0, symbol - 1);
      else for (let k = symbol - 1; k > 0; k--) recent[k] = recent[k - 1]!;
      recent[0] = byte;
      chain[length++] = byte;
    }
  }
  throw new Bzip2Error('has a block without an end');
}

/** Puts into each entry where the next byte is: bytes in sorted order keep the order in which they occur. */
function linked(chain: Uint32Array, length: number): Uint32Array {
  const places = new Uint32Array(256);
  for (let i = 0; i < length; i++) places[chain[i]! & 0xff]!++;
  for (let byte = 0, sum = 0; byte < 256; byte++) {
    const count = places[byte]!;
    places[byte] = sum;
    sum += count;
  }
  for (let i = 0; i < length; i++) {
    const byte = chain[i]! & 0xff;
    chain[places[byte]!++]! |= i << 8;
  }
  return chain;
}
