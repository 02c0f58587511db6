import { wordFeatures } from './features.js';
import { readLanguageModel, type LanguageModel } from './file.js';
import { languageWords } from './normalise.js';

/** A language that a text may be in. */
export interface IdentifiedLanguage {
  /** RFC 5646 code as Comprehend writes it, e.g. `de`, `zh-TW` */
  readonly language: string;
  readonly probability: number;
}

/** Ends of sentences in the scripts that have one. */
const SENTENCE_END = /(?<=[.!?。！？।॥።؟۔\n])\s*/u;
/** Sentences are judged apart once they have so many UTF-16 units; shorter ones are joined to what follows. */
const MIN_PASSAGE_UNITS = 60;
/** Features that are looked at in one passage; what follows adds nothing. */
const MAX_PASSAGE_FEATURES = 20_000;

/** Names the language of a text. Holds the weights and a buffer: cheap to call, not to build. */
export class LanguageIdentifier {
  /** @throws Error when the bytes are no language-id model */
  static load(bytes: Uint8Array): LanguageIdentifier {
    return new LanguageIdentifier(readLanguageModel(bytes));
  }

  readonly languages: readonly string[];
  readonly #model: LanguageModel;
  readonly #rows: CellTable;
  readonly #features = new Int32Array(MAX_PASSAGE_FEATURES);
  readonly #hidden: Float64Array;
  readonly #probabilities: Float64Array;
  #nFeatures = 0;

  constructor(model: LanguageModel) {
    this.#model = model;
    this.languages = model.languages;
    this.#rows = new CellTable(model.cells);
    this.#hidden = new Float64Array(model.dim);
    this.#probabilities = new Float64Array(model.languages.length);
  }

  /**
   * Lists the languages of a text by falling probability, those above `minProbability` only.
   * A text of several sentences gets the mean over its passages, weighted by their length, so that each language of a
   * mixed text is listed with its share. A text without letters gives an empty list.
   * @param minProbability default 0.01
   */
  identify(text: string, minProbability = 0.01): IdentifiedLanguage[] {
    const total = new Float64Array(this.languages.length);
    let units = 0;
    for (const passage of passages(text)) {
      const words = languageWords(passage);
      const weight = words.reduce((sum, word) => sum + word.length, 0);
      if (weight === 0) continue;
      const probabilities = this.score(words);
      for (let c = 0; c < total.length; c++) total[c]! += weight * probabilities[c]!;
      units += weight;
    }
    if (units === 0) return [];
    return this.languages
      .map((language, c) => ({ language, probability: total[c]! / units }))
      .filter(({ probability }) => probability >= minProbability)
      .sort((a, b) => b.probability - a.probability);
  }

  /** @returns [class], a buffer that the next call overwrites */
  score(words: readonly string[]): Float64Array {
    const { dim, subDim, codes, centroids, output, bias, temperature } = this.#model;
    this.#nFeatures = 0;
    for (const word of words) wordFeatures(word, this.#model, this.#collect);
    const hidden = this.#hidden.fill(0);
    // Each row is decoded as it is added: a decoded table would be eight times larger and mostly out of the cache.
    const nCodes = dim / subDim;
    for (let i = 0; i < this.#nFeatures; i++) {
      const row = this.#features[i]! * nCodes;
      if (subDim === 2) {
        for (let part = 0, at = 0, book = 0; part < nCodes; part++, at += 2, book += 512) {
          const centroid = book + 2 * codes[row + part]!;
          hidden[at]! += centroids[centroid]!;
          hidden[at + 1]! += centroids[centroid + 1]!;
        }
        continue;
      }
      for (let part = 0; part < nCodes; part++) {
        const centroid = (part * 256 + codes[row + part]!) * subDim;
        for (let d = 0; d < subDim; d++) hidden[part * subDim + d]! += centroids[centroid + d]!;
      }
    }
    const probabilities = this.#probabilities;
    const scale = 1 / Math.max(1, this.#nFeatures);
    let max = -Infinity;
    for (let c = 0; c < probabilities.length; c++) {
      let logit = 0;
      for (let d = 0, row = c * dim; d < dim; d++) logit += output[row + d]! * hidden[d]!;
      logit = (logit * scale + bias[c]!) / temperature;
      probabilities[c] = logit;
      if (logit > max) max = logit;
    }
    let sum = 0;
    for (let c = 0; c < probabilities.length; c++) sum += probabilities[c] = Math.exp(probabilities[c]! - max);
    for (let c = 0; c < probabilities.length; c++) probabilities[c]! /= sum;
    return probabilities;
  }

  readonly #collect = (hash: number) => {
    const row = this.#rows.find(hash & ((1 << this.#model.cellBits) - 1));
    if (row >= 0 && this.#nFeatures < MAX_PASSAGE_FEATURES) this.#features[this.#nFeatures++] = row;
  };
}

function passages(text: string): string[] {
  if (text.length <= MIN_PASSAGE_UNITS) return [text];
  const passages: string[] = [];
  let passage = '';
  for (const sentence of text.split(SENTENCE_END)) {
    passage += `${sentence} `;
    if (passage.length < MIN_PASSAGE_UNITS) continue;
    passages.push(passage);
    passage = '';
  }
  // A short rest belongs to what came before it.
  if (passage) passages.push(`${passages.pop() ?? ''}${passage}`);
  return passages;
}

/** Open addressing from a cell to its row, at most half full. */
class CellTable {
  readonly #cells: Int32Array;
  readonly #rows: Int32Array;
  readonly #mask: number;

  constructor(cells: Int32Array) {
    let size = 16;
    while (size < cells.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#cells = new Int32Array(size).fill(-1);
    this.#rows = new Int32Array(size);
    cells.forEach((cell, row) => {
      let slot = cell & this.#mask;
      while (this.#cells[slot] !== -1) slot = (slot + 1) & this.#mask;
      this.#cells[slot] = cell;
      this.#rows[slot] = row;
    });
  }

  /** @returns -1 for a cell that was not kept */
  find(cell: number): number {
    let slot = cell & this.#mask;
    for (;;) {
      const found = this.#cells[slot]!;
      if (found === cell) return this.#rows[slot]!;
      if (found === -1) return -1;
      slot = (slot + 1) & this.#mask;
    }
  }
}
