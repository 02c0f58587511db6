import { createHash } from 'node:crypto';
import type { NGramModel } from '../../recognition/speech-engine.js';

export interface NGramSettings {
  /** Most words in an n-gram, 1 to 5. @default 3 */
  readonly order?: number;
}

const begin = '<s>';
const end = '</s>';

/**
 * A language model from a customer's sentences, by modified Kneser-Ney smoothing, interpolated: Chen and Goodman, "An Empirical Study of
 * Smoothing Techniques for Language Modeling" (1998), equations 24 to 29. It is kept in back-off form: what has been seen has its
 * interpolated probability, and back-off weights are the shares that interpolation gives to shorter histories.
 * @param sentences words without signs, in lower case (`sentencesOf`)
 * @throws RangeError for an order out of range or no words at all
 */
export function trainNGramModel(sentences: Iterable<readonly string[]>, { order = 3 }: NGramSettings = {}): NGramModel {
  if (!Number.isInteger(order) || order < 1 || order > 5)
    throw new RangeError('order must be a whole number from 1 to 5');
  const { counts, digest } = countNGrams(sentences, order);
  const logProbabilities = new Map<string, number>();
  const backOffs = new Map<string, number>();
  // Of the words that may follow, `</s>` is one and everything unknown together is one more.
  const nWords = counts[0]!.size + 1;
  const probabilities = new Map<string, number>();
  let unknown = 1 / nWords;
  counts.forEach((ofLength, i) => {
    const discounts = discountsOf(ofLength.values());
    const histories = historiesOf(ofLength, discounts);
    for (const [key, count] of ofLength) {
      const { total, left } = histories.get(historyOf(key))!;
      const shorter = i === 0 ? 1 / nWords : probabilities.get(withoutFirst(key))!;
      const probability = (count - discounts[Math.min(count, 3)]!) / total + (left / total) * shorter;
      probabilities.set(key, probability);
      logProbabilities.set(key, Math.log(probability));
    }
    for (const [history, { total, left }] of histories) {
      if (i === 0) unknown *= left / total;
      else backOffs.set(history, Math.log(left / total));
    }
  });
  return { digest, order, logProbabilities, backOffs, unknownLogProbability: Math.log(unknown) };
}

interface Counts {
  /** For each length from 1: how often each n-gram counts. */
  readonly counts: readonly Map<string, number>[];
  readonly digest: string;
}

/**
 * The longest n-grams, and those that begin a sentence, count as often as they occur; the others by how many different words come
 * before them (Chen and Goodman, section 4.1.6).
 */
function countNGrams(sentences: Iterable<readonly string[]>, order: number): Counts {
  const counts = Array.from({ length: order }, () => new Map<string, number>());
  const hash = createHash('sha256').update(`kneser-ney/1 order ${order}\n`);
  let hasWords = false;
  const add = (length: number, key: string) => counts[length - 1]!.set(key, (counts[length - 1]!.get(key) ?? 0) + 1);
  for (const sentence of sentences) {
    hash.update(`${sentence.join(' ')}\n`);
    hasWords ||= sentence.length > 0;
    const words = [begin, ...sentence, end];
    for (let last = 1; last < words.length; last++) {
      add(Math.min(order, last + 1), words.slice(Math.max(0, last + 1 - order), last + 1).join(' '));
    }
  }
  if (!hasWords) throw new RangeError('there is no text to learn from');
  // Shorter ones from those a word longer: each different one adds one.
  for (let length = order; length > 1; length--) {
    for (const key of counts[length - 1]!.keys()) add(length - 1, withoutFirst(key));
  }
  return { counts, digest: hash.digest('hex') };
}

/**
 * What is taken from counts of 1, 2 and more (equation 26). With too little text the formula has no value or an impossible one; then it
 * is a half for each.
 * @returns by count, index 0 unused
 */
function discountsOf(counts: Iterable<number>): readonly number[] {
  const n = [0, 0, 0, 0, 0];
  for (const count of counts) if (count <= 4) n[count]!++;
  const y = n[1]! / (n[1]! + 2 * n[2]!);
  return [0, 1, 2, 3].map((count) => {
    if (count === 0) return 0;
    const discount = count - ((count + 1) * y * n[count + 1]!) / n[count]!;
    return Number.isFinite(discount) && discount > 0 && discount < count ? discount : 0.5;
  });
}

/** For each history: all that follows it, and the part of it that the discounts free for shorter histories. */
function historiesOf(
  counts: ReadonlyMap<string, number>,
  discounts: readonly number[],
): Map<string, { total: number; left: number }> {
  const histories = new Map<string, { total: number; left: number }>();
  for (const [key, count] of counts) {
    const history = historyOf(key);
    const sums = histories.get(history) ?? { total: 0, left: 0 };
    sums.total += count;
    sums.left += discounts[Math.min(count, 3)]!;
    histories.set(history, sums);
  }
  return histories;
}

const historyOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf(' ')));
const withoutFirst = (key: string): string => key.slice(key.indexOf(' ') + 1);
