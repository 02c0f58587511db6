import type { TokenBias } from '../search/token-scorer.js';
import type { NGramModel } from '../speech-engine.js';

/** A text as its language model sees it. */
export interface WordState {
  /** Words before the one under way, at most `order - 1`. */
  readonly history: readonly string[];
  /** What has been written of the word under way; undefined before the first. */
  readonly word: string;
}

/**
 * Natural logarithm of a word's probability after others, with back-off (Katz 1987): the longest history that was seen with it, and for
 * each word that the history is shortened by, its back-off weight.
 */
export function logProbabilityOf(model: NGramModel, history: readonly string[], word: string): number {
  let weight = 0;
  for (let from = Math.max(0, history.length - (model.order - 1)); ; from++) {
    const before = history.slice(from);
    const seen = model.logProbabilities.get([...before, word].join(' '));
    if (seen !== undefined) return weight + seen;
    if (before.length === 0) return weight + model.unknownLogProbability;
    weight += model.backOffs.get(before.join(' ')) ?? 0;
  }
}

/**
 * Prefers what a customer's language model expects (shallow fusion): each complete word gains `weight` times what its logarithm lies
 * above the mean of the model's single words. By the mean, long and short texts are treated alike; the bare logarithm would prefer
 * texts of few words.
 */
export class WordModelBias implements TokenBias<WordState> {
  readonly start: WordState = { history: ['<s>'], word: '' };
  private readonly mean: number;

  /** @param textOf what a token writes, with a space before where a word begins */
  constructor(
    private readonly model: NGramModel,
    private readonly textOf: (token: number) => string,
    private readonly weight = 0.3,
  ) {
    this.mean = meanLogProbability(model);
  }

  favourites(): Iterable<number> {
    return [];
  }

  advance({ history, word }: WordState, token: number): { state: WordState; gain: number } {
    const text = this.textOf(token).toLowerCase();
    if (!text.startsWith(' ')) return { state: { history, word: word + text }, gain: 0 };
    const { after, gain } = this.complete(history, word);
    return { state: { history: after, word: text.trimStart() }, gain };
  }

  finish({ history, word }: WordState): number {
    const { after, gain } = this.complete(history, word);
    if (!this.model.logProbabilities.has('</s>')) return gain;
    return gain + this.weight * (logProbabilityOf(this.model, after, '</s>') - this.mean);
  }

  private complete(history: readonly string[], written: string): { after: readonly string[]; gain: number } {
    const word = written.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
    if (word === '') return { after: history, gain: 0 };
    const gain = this.weight * (logProbabilityOf(this.model, history, word) - this.mean);
    return { after: [...history, word].slice(-Math.max(1, this.model.order - 1)), gain };
  }
}

/** Mean logarithm of single words, each as often as the model expects it. */
function meanLogProbability({ logProbabilities, unknownLogProbability }: NGramModel): number {
  let sum = 0;
  let total = 0;
  for (const [key, logProbability] of logProbabilities) {
    if (key.includes(' ') || key === '<s>') continue;
    const probability = Math.exp(logProbability);
    sum += probability * logProbability;
    total += probability;
  }
  return total > 0 ? sum / total : unknownLogProbability;
}
