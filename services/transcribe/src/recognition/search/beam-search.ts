import { largestOf, logSumExp } from './most-likely.js';
import { isLoop, type RepetitionLimits } from './repetition.js';
import type { ScoreRows, TokenBias, TokenScorer } from './token-scorer.js';

export interface SearchOptions<State> {
  readonly begin: number;
  readonly end: number;
  /** Texts that are followed at once; 1 is the greedy search. */
  readonly width: number;
  /** Readings wanted, at most `width`. */
  readonly nBest: number;
  /** Texts longer than this are cut off. */
  readonly nMostTokens: number;
  /** Texts less likely than the best by more than this natural logarithm are given up. @default 6 */
  readonly margin?: number;
  /** Exponent of the length that scores are divided by; 0 prefers short texts. @default 0.6 */
  readonly lengthExponent?: number;
  readonly bias?: TokenBias<State>;
  readonly limits?: RepetitionLimits;
  /** Tokens that may be repeated as often as they like. */
  readonly isFree?: (token: number) => boolean;
  /** Called before each step: throws to end the search. */
  readonly checkpoint?: () => void;
}

/** A text that a search found. */
export interface FoundText {
  /** Without begin and end. */
  readonly tokens: readonly number[];
  /** Natural logarithm of each token's probability after those before it, without bias. */
  readonly tokenLogProbabilities: readonly number[];
  /** Of the whole text, its end included, with what the bias gave. */
  readonly logProbability: number;
  /** What texts are ordered by: the probability, put into proportion to the length. */
  readonly score: number;
  /** False where the text was cut off at its greatest length. */
  readonly hasEnded: boolean;
}

interface Live<State> {
  readonly tokens: readonly number[];
  readonly tokenLogProbabilities: readonly number[];
  readonly total: number;
  readonly state: State | undefined;
}

interface Candidate<State> {
  readonly parent: number;
  readonly from: Live<State>;
  readonly token: number;
  readonly logProbability: number;
  readonly total: number;
  readonly state: State | undefined;
}

/**
 * The most likely texts, by a search that follows the best `width` at each step. Scores are divided by
 * ((5 + length) / 6) ^ exponent (Wu et al. 2016, arXiv:1609.08144, equation 14), as each token more makes a text less likely.
 * @returns the best first; one at least
 */
export async function beamSearch<State>(
  scorer: TokenScorer,
  options: SearchOptions<State>,
): Promise<readonly FoundText[]> {
  const { begin, end, width, nBest, nMostTokens, margin = 6, lengthExponent = 0.6 } = options;
  const finished: FoundText[] = [];
  let live: Live<State>[] = [{ tokens: [], tokenLogProbabilities: [], total: 0, state: options.bias?.start }];
  let continuations = [{ parent: 0, token: begin }];
  for (let length = 0; length < nMostTokens && live.length > 0; length++) {
    options.checkpoint?.();
    const rows = await scorer.step(continuations);
    const candidates = candidatesOf(scorer, live, rows, options);
    const best = Math.max(candidates[0]?.total ?? -Infinity, ...finished.map(({ logProbability }) => logProbability));
    const kept: Candidate<State>[] = [];
    for (const candidate of candidates) {
      if (kept.length === width || candidate.total < best - margin) break;
      if (candidate.token === end) finished.push(asFound(candidate, true, lengthExponent));
      else kept.push(candidate);
    }
    live = kept.map(extended);
    continuations = kept.map(({ parent, token }) => ({ parent, token }));
    if (isDecided(finished, live, nBest, lengthExponent)) live = [];
  }
  // Texts that reached the greatest length are better than none.
  if (finished.length === 0) finished.push(...live.map((text) => cutOff(text, lengthExponent)));
  return finished.sort((a, b) => b.score - a.score).slice(0, nBest);
}

/** Every continuation worth a look, the likeliest first. */
function candidatesOf<State>(
  scorer: TokenScorer,
  live: readonly Live<State>[],
  { data, stride }: ScoreRows,
  options: SearchOptions<State>,
): Candidate<State>[] {
  const { bias, width, end } = options;
  const candidates: Candidate<State>[] = [];
  live.forEach((from, row) => {
    const offset = row * stride;
    const norm = logSumExp(data, offset, stride);
    const tokens = new Set(largestOf(data, offset, scorer.nTokens, width === 1 && !bias ? 2 : 2 * width + 2));
    if (bias && from.state !== undefined) for (const token of bias.favourites(from.state)) tokens.add(token);
    for (const token of tokens) {
      if (token !== end && isLoop(from.tokens, token, options.limits, options.isFree)) continue;
      const logProbability = data[offset + token]! - norm;
      const { state, gain } = biased(bias, from.state, token, end);
      candidates.push({ parent: row, from, token, logProbability, total: from.total + logProbability + gain, state });
    }
  });
  return candidates.sort((a, b) => b.total - a.total);
}

function biased<State>(
  bias: TokenBias<State> | undefined,
  state: State | undefined,
  token: number,
  end: number,
): { state: State | undefined; gain: number } {
  if (!bias || state === undefined) return { state, gain: 0 };
  return token === end ? { state, gain: bias.finish(state) } : bias.advance(state, token);
}

const extended = <State>({ from, token, logProbability, total, state }: Candidate<State>): Live<State> => ({
  tokens: [...from.tokens, token],
  tokenLogProbabilities: [...from.tokenLogProbabilities, logProbability],
  total,
  state,
});

const inProportion = (total: number, length: number, exponent: number) => total / ((5 + length) / 6) ** exponent;

const asFound = <State>({ from, total }: Candidate<State>, hasEnded: boolean, exponent: number): FoundText => ({
  tokens: from.tokens,
  tokenLogProbabilities: from.tokenLogProbabilities,
  logProbability: total,
  score: inProportion(total, from.tokens.length + 1, exponent),
  hasEnded,
});

const cutOff = <State>({ tokens, tokenLogProbabilities, total }: Live<State>, exponent: number): FoundText => ({
  tokens,
  tokenLogProbabilities,
  logProbability: total,
  score: inProportion(total, tokens.length, exponent),
  hasEnded: false,
});

/** Whether as many texts as wanted have ended, and none under way does better as it stands. */
function isDecided<State>(
  finished: readonly FoundText[],
  live: readonly Live<State>[],
  nBest: number,
  exponent: number,
): boolean {
  if (finished.length < nBest) return false;
  const bar = finished.map(({ score }) => score).sort((a, b) => b - a)[nBest - 1]!;
  return live.every(({ total, tokens }) => inProportion(total, tokens.length, exponent) <= bar);
}
