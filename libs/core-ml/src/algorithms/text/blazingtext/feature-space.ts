import { hashByte, HASH_START, hashBytes, wordNgramBuckets } from './hashing.js';
import { END_OF_LINE, isSpace } from './corpus.js';
import { IntList, TokenTable } from './token-table.js';

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

/** What turns text into features. */
export interface FeatureSettings {
  readonly buckets: number;
  readonly wordNgrams: number;
  readonly minChar: number;
  readonly maxChar: number;
}

/**
 * The features of a model: words first, then hashed n-grams, each with a row of the input matrix. Only buckets that
 * occurred in training have a row; fastText gives the others random vectors, which only add noise.
 */
export class FeatureSpace {
  readonly words: TokenTable;
  readonly settings: FeatureSettings;
  /** Row of each bucket, or -1; empty when there are no n-grams. */
  readonly rowOfBucket: Int32Array;
  rows: number;
  /** Features of the last `encode`, in `values[0 … length)`. */
  readonly ids = new IntList();
  readonly #hashes = new IntList();
  readonly #endOfLine: number;
  #utf8 = new Uint8Array(4096);
  #bracketed = new Uint8Array(256);
  readonly #encoder = new TextEncoder();

  constructor(words: TokenTable, settings: FeatureSettings) {
    this.words = words;
    this.settings = settings;
    const hashed = settings.maxChar > 0 || settings.wordNgrams > 1;
    this.rowOfBucket = new Int32Array(hashed ? settings.buckets : 0).fill(-1);
    this.rows = words.size;
    const end = new TextEncoder().encode(END_OF_LINE);
    this.#endOfLine = words.find(end, 0, end.length, hashBytes(end, 0, end.length));
  }

  /** Gives a bucket a row if it has none. */
  admit(bucket: number): number {
    const row = this.rowOfBucket[bucket]!;
    return row >= 0 ? row : (this.rowOfBucket[bucket] = this.rows++);
  }

  /** Features of one line of text, with the end of the line as fastText reads it; they are in `ids`. */
  encode(text: string): number {
    if (this.#utf8.length < text.length * 3) this.#utf8 = new Uint8Array(text.length * 4);
    const { written } = this.#encoder.encodeInto(text, this.#utf8);
    const bytes = this.#utf8;
    this.ids.length = 0;
    this.#hashes.length = 0;
    let start = 0;
    let hash = HASH_START;
    for (let i = 0; i <= written; i++) {
      const byte = i < written ? bytes[i]! : 0x20;
      if (!isSpace(byte)) {
        hash = hashByte(hash, byte);
        continue;
      }
      if (i > start) this.#token(bytes, start, i, hash);
      start = i + 1;
      hash = HASH_START;
    }
    if (this.#endOfLine >= 0) this.ids.push(this.#endOfLine);
    this.#hashes.push(END_HASH);
    this.#wordNgrams();
    return this.ids.length;
  }

  #token(bytes: Uint8Array, start: number, end: number, hash: number): void {
    const word = this.words.find(bytes, start, end, hash);
    if (word >= 0) this.ids.push(word);
    if (this.settings.maxChar > 0) this.subwords(bytes.subarray(start, end), false, this.ids);
    this.#hashes.push(hash);
  }

  #wordNgrams(): void {
    const { wordNgrams, buckets } = this.settings;
    if (wordNgrams < 2) return;
    wordNgramBuckets(this.#hashes.values, this.#hashes.length, wordNgrams, buckets, (bucket) => {
      const row = this.rowOfBucket[bucket]!;
      if (row >= 0) this.ids.push(row);
    });
  }

  /**
   * Rows of the character n-grams of `<word>`, n counted in code points; fastText's `Dictionary::computeSubwords`.
   * With `admit`, n-grams without a row get one.
   */
  subwords(word: Uint8Array, admit: boolean, into: IntList): void {
    const size = word.length + 2;
    if (this.#bracketed.length < size) this.#bracketed = new Uint8Array(size * 2);
    const bytes = this.#bracketed;
    bytes[0] = LESS_THAN;
    bytes.set(word, 1);
    bytes[size - 1] = GREATER_THAN;
    const { minChar, maxChar, buckets } = this.settings;
    for (let i = 0; i < size; i++) {
      if (isContinuation(bytes[i]!)) continue;
      let hash = HASH_START;
      for (let j = i, n = 1; j < size && n <= maxChar; n++) {
        hash = hashByte(hash, bytes[j++]!);
        while (j < size && isContinuation(bytes[j]!)) hash = hashByte(hash, bytes[j++]!);
        if (n < minChar || (n === 1 && (i === 0 || j === size))) continue;
        const bucket = (hash >>> 0) % buckets;
        const row = admit ? this.admit(bucket) : this.rowOfBucket[bucket]!;
        if (row >= 0) into.push(row);
      }
    }
  }
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
const END_BYTES = new TextEncoder().encode(END_OF_LINE);
const END_HASH = hashBytes(END_BYTES, 0, END_BYTES.length);
