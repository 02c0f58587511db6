/** Settings of the features; a model file carries its own. */
export interface FeatureSettings {
  /** Longest character n-gram inside a word, boundaries included. */
  readonly maxGram: number;
  /** Longest word, in UTF-16 units, that is also a feature as a whole. */
  readonly maxWordUnits: number;
}

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
const BEGIN = 60; // '<'
const END = 62; // '>'

/**
 * Calls `emit` with the 32-bit hash of each feature of a word: its character n-grams of 1 to maxGram units with word
 * boundaries, the word itself, and the Unicode half-block of its first letter (which stands for the script, so that a
 * character never seen in training still names its script).
 *
 * The n-grams are those of fastText (Bojanowski et al. 2017, section 3.2) over UTF-16 units; the hash is FNV-1a.
 */
export function wordFeatures(word: string, { maxGram, maxWordUnits }: FeatureSettings, emit: (hash: number) => void) {
  const length = word.length + 2;
  for (let start = 0; start < length; start++) {
    let hash = FNV_OFFSET;
    const end = Math.min(length, start + maxGram);
    for (let at = start; at < end; at++) {
      const unit = at === 0 ? BEGIN : at === length - 1 ? END : word.charCodeAt(at - 1);
      hash = Math.imul(hash ^ unit, FNV_PRIME);
      // A boundary alone is in every word.
      if (at === start && (start === 0 || start === length - 1)) continue;
      emit(mix(hash));
    }
  }
  if (length > maxGram && word.length <= maxWordUnits) {
    let hash = FNV_OFFSET ^ 1;
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME);
    emit(mix(hash));
  }
  emit(mix(Math.imul(FNV_OFFSET ^ 2 ^ ((word.charCodeAt(0) >> 7) << 8), FNV_PRIME)));
}

/** Spreads FNV's weak low bits over the word; the finaliser of MurmurHash3 (Appleby, public domain). */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
