import type { Hypothesis, RecognisedWord } from '../../recognition/speech-engine.js';
import type { SeamTimes } from '../windows/cut-windows.js';

/** Words of both windows are the same one only where they are no further apart: what word times may be out by. */
const NEAR_MS = 700;

/** Where two readings of shared sound are joined. */
export interface Join {
  /** Words of the reading before that stay. */
  readonly nBefore: number;
  /** Words of the reading after that go. */
  readonly nAfter: number;
  /** The point in time between the two. */
  readonly atMs: number;
}

/**
 * Joins the readings of two windows that share sound: at the word that both have heard, the nearest to the cut; where they have
 * none in common, at the cut. A word that a window's edge has torn lies beyond the join, and the other window has it whole.
 * @param before words of the earlier window
 * @param after words of the later one; times of both from the beginning of the sound
 */
export function joinReadings(
  before: readonly RecognisedWord[],
  after: readonly RecognisedWord[],
  { overlapStartMs, cutMs, overlapEndMs }: SeamTimes,
): Join {
  const firstBefore = indexFrom(before, ({ endMs }) => endMs > overlapStartMs);
  const endAfter = indexFrom(after, ({ startMs }) => startMs >= overlapEndMs);
  const pairs = commonWords(before.slice(firstBefore), after.slice(0, endAfter));
  const distance = ([i]: readonly [number, number]) => Math.abs(middleOf(before[firstBefore + i]!) - cutMs);
  const nearest = pairs.reduce<(typeof pairs)[number] | undefined>(
    (best, pair) => (best && distance(best) <= distance(pair) ? best : pair),
    undefined,
  );
  if (nearest) {
    const [i, j] = nearest;
    return { nBefore: firstBefore + i + 1, nAfter: j + 1, atMs: before[firstBefore + i]!.endMs };
  }
  return {
    nBefore: indexFrom(before, (word) => middleOf(word) >= cutMs),
    nAfter: indexFrom(after, (word) => middleOf(word) >= cutMs),
    atMs: cutMs,
  };
}

/** The words that lie before a point in time. */
export const countBefore = (words: readonly RecognisedWord[], ms: number): number =>
  indexFrom(words, (word) => middleOf(word) >= ms);

/**
 * A reading of which some words are left, from `start` up to, not including, `end`. What the engine gave those that go, as far as
 * their probabilities tell it, is taken from the whole.
 */
export function someWords(reading: Hypothesis, start: number, end: number): Hypothesis {
  const words = reading.words.slice(start, end);
  if (words.length === reading.words.length) return reading;
  const gone = [...reading.words.slice(0, start), ...reading.words.slice(end)];
  const lost = gone.reduce((sum, { probability }) => sum + Math.log(Math.max(probability, 1e-6)), 0);
  // Languages that write no spaces have none in the whole reading either.
  const space = reading.text.includes(' ') ? ' ' : '';
  const text = words.map((word) => word.text + (word.punctuation ?? '')).join(space);
  return { words, text, logProbability: Math.min(0, reading.logProbability - lost) };
}

const middleOf = ({ startMs, endMs }: RecognisedWord): number => (startMs + endMs) / 2;

function indexFrom(words: readonly RecognisedWord[], test: (word: RecognisedWord) => boolean): number {
  const index = words.findIndex(test);
  return index < 0 ? words.length : index;
}

/**
 * Pairs of indices of a sequence of words that both have: the one of most words, near each other in time. Nearness decides where a
 * word is said again and again.
 */
function commonWords(a: readonly RecognisedWord[], b: readonly RecognisedWord[]): (readonly [number, number])[] {
  const width = b.length + 1;
  // [i, j]: weight of the best pairs of a[i..] and b[j..]
  const best = new Float64Array((a.length + 1) * width);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), at(i + 1, j + 1) + weightOf(a[i]!, b[j]!));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (at(i, j) === at(i + 1, j)) i++;
    else if (at(i, j) === at(i, j + 1)) j++;
    else pairs.push([i++, j++]);
  }
  return pairs;
}

const plain = ({ text }: RecognisedWord): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** 1 to 2 for the same word, the more the nearer in time; 0 for others. */
function weightOf(a: RecognisedWord, b: RecognisedWord): number {
  const apartMs = Math.abs(middleOf(a) - middleOf(b));
  return apartMs <= NEAR_MS && plain(a) === plain(b) ? 2 - apartMs / NEAR_MS : 0;
}
