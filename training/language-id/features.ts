import { wordFeatures, type FeatureSettings } from '@lantern/models';
import type { LanguageTexts } from './corpus.js';

/** A word of a language counts at most so often, or names of one text would outweigh grammar. */
const MAX_COUNT_OF_A_WORD = 5;
const WEIGHT_OF_A_LISTED_WORD = 0.3;
const MAX_CACHED_WORD_UNITS = 24;
const MAX_FEATURES_OF_A_TEXT = 4000;

/** How often each cell occurs, over all languages. @returns [cell] */
export function countCells(
  languages: readonly LanguageTexts[],
  settings: FeatureSettings,
  cellBits: number,
): Float32Array {
  const mask = (1 << cellBits) - 1;
  const totals = new Float32Array(1 << cellBits);
  for (const { prose, talk, words } of languages) {
    const counts = new Map<string, number>();
    for (const text of [...prose, ...talk]) for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + WEIGHT_OF_A_LISTED_WORD);
    for (const [word, count] of counts) {
      const weight = Math.min(count, MAX_COUNT_OF_A_WORD);
      wordFeatures(word, settings, (hash) => (totals[hash & mask]! += weight));
    }
  }
  return totals;
}

/** Turns words into rows of the embedding table. `ids` is a buffer that the next `fill` overwrites. */
export class FeatureIndex {
  readonly ids = new Int32Array(MAX_FEATURES_OF_A_TEXT * 4);
  readonly nFeatures: number;
  readonly #rowOf: Int32Array;
  readonly #cache = new Map<string, Int32Array>();
  readonly #buffer = new Int32Array(1 << 17);

  /** @param cells rising */
  constructor(
    readonly cells: Int32Array,
    readonly cellBits: number,
    private readonly settings: FeatureSettings,
  ) {
    this.nFeatures = cells.length;
    this.#rowOf = new Int32Array(1 << cellBits).fill(-1);
    cells.forEach((cell, row) => (this.#rowOf[cell] = row));
  }

  /** @returns how many ids the words gave */
  fill(words: readonly string[]): number {
    let count = 0;
    for (const word of words) {
      const rows = this.#rowsOf(word);
      if (count + rows.length > this.ids.length) break;
      this.ids.set(rows, count);
      count += rows.length;
      if (count > MAX_FEATURES_OF_A_TEXT) break;
    }
    return count;
  }

  #rowsOf(word: string): Int32Array {
    const cached = this.#cache.get(word);
    if (cached) return cached;
    const mask = (1 << this.cellBits) - 1;
    let count = 0;
    wordFeatures(word.slice(0, 2000), this.settings, (hash) => {
      const row = this.#rowOf[hash & mask]!;
      if (row >= 0) this.#buffer[count++] = row;
    });
    const rows = this.#buffer.slice(0, count);
    if (word.length <= MAX_CACHED_WORD_UNITS) this.#cache.set(word, rows);
    return rows;
  }
}
