const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Where a hash begins before its first byte. */
export const HASH_START = FNV_OFFSET | 0;

/**
 * One step of fastText's string hash: FNV-1a over signed bytes, so a byte above 127 also flips the upper 24 bits.
 * Source: fastText's dictionary.cc, `Dictionary::hash`.
 */
export const hashByte = (hash: number, byte: number): number => Math.imul(hash ^ ((byte << 24) >> 24), FNV_PRIME);

/** fastText's hash of bytes, as a signed 32-bit number. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let i = start; i < end; i++) hash = hashByte(hash, bytes[i]!);
  return hash;
}

/** Multiplier of word n-grams; fastText's dictionary.cc, `Dictionary::addWordNgrams`. */
const NGRAM_MULTIPLIER = 116049371;
const TWO_32 = 2 ** 32;

/**
 * Calls `emit` with the bucket of every word n-gram of 2 to `longest` words. fastText computes with 64-bit numbers;
 * here each is a high and a low half of 32 bits.
 */
export function wordNgramBuckets(
  hashes: Int32Array,
  count: number,
  longest: number,
  buckets: number,
  emit: (bucket: number) => void,
): void {
  const highWeight = TWO_32 % buckets;
  for (let i = 0; i < count; i++) {
    let low = hashes[i]! >>> 0;
    let high = hashes[i]! < 0 ? TWO_32 - 1 : 0;
    for (let j = i + 1; j < count && j < i + longest; j++) {
      const lower = (low & 0xffff) * NGRAM_MULTIPLIER;
      const upper = (low >>> 16) * NGRAM_MULTIPLIER;
      const next = hashes[j]!;
      const sum = lower + (upper % 65536) * 65536 + (next >>> 0);
      const carry = Math.floor(sum / TWO_32) + Math.floor(upper / 65536);
      high = (Math.imul(high, NGRAM_MULTIPLIER) + carry + (next < 0 ? -1 : 0)) >>> 0;
      low = sum % TWO_32;
      emit(((high % buckets) * highWeight + (low % buckets)) % buckets);
    }
  }
}
