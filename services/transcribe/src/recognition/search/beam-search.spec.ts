import { expect, it } from 'vitest';
import { beamSearch, type SearchOptions } from './beam-search.js';
import { TabledScorer, type Table } from './tabled-scorer.fixture.js';
import type { TokenBias } from './token-scorer.js';

const [begin, end, a, b, c] = [1, 2, 3, 4, 5];
const nTokens = 6;

/** The likelier first token leads to the less likely text: a (0.6) then end (0.3) against b (0.4) then end (0.9). */
const misleading: Table = ([first, second]) => {
  if (first === undefined) return { [a]: 0.6, [b]: 0.4 };
  if (second !== undefined) return { [end]: 1 };
  return first === a ? { [end]: 0.3, [a]: 0.25, [b]: 0.25, [c]: 0.2 } : { [end]: 0.9, [c]: 0.1 };
};

const plain: SearchOptions<never> = { begin, end, width: 4, nBest: 1, nMostTokens: 10, margin: 20, lengthExponent: 0 };
const find = (table: Table, options: Partial<SearchOptions<never>> = {}) =>
  beamSearch(new TabledScorer(nTokens, table), { ...plain, ...options });

it('takes the likeliest token at each step where one text is followed', async () => {
  const [found] = await find(misleading, { width: 1 });
  expect(found?.tokens).toEqual([a]);
  expect(found?.logProbability).toBeCloseTo(Math.log(0.6 * 0.3), 5);
});

it('finds the likelier text behind the less likely token with a beam', async () => {
  const [found] = await find(misleading);
  expect(found?.tokens).toEqual([b]);
  expect(found?.logProbability).toBeCloseTo(Math.log(0.4 * 0.9), 5);
  expect(found?.tokenLogProbabilities).toHaveLength(1);
  expect(found?.tokenLogProbabilities[0]).toBeCloseTo(Math.log(0.4), 5);
});

it('gives the readings in the order of their probabilities', async () => {
  const found = await find(misleading, { nBest: 4 });
  expect(found.map(({ tokens }) => tokens)).toEqual([[b], [a], [a, a], [a, b]]);
  expect(found.map(({ logProbability }) => Math.exp(logProbability))).toEqual(
    [0.36, 0.18, 0.15, 0.15].map((each): unknown => expect.closeTo(each, 4)),
  );
});

it('prefers the longer text among equals where scores are divided by length', async () => {
  const even: Table = ([first, second]) => {
    if (first === undefined) return { [a]: 0.5, [b]: 0.5 };
    if (first === a || second !== undefined) return { [end]: 1 };
    return { [c]: 1 };
  };
  const both = await find(even, { nBest: 2, lengthExponent: 1 });
  // ln 0.5 / ((5 + 3) / 6) against ln 0.5 / ((5 + 2) / 6).
  expect(both.map(({ tokens }) => tokens)).toEqual([[b, c], [a]]);
  expect(both[0]?.score).toBeCloseTo((Math.log(0.5) * 6) / 8, 5);
});

it('gives up texts that lie further back than the margin', async () => {
  const scorer = new TabledScorer(nTokens, misleading);
  await beamSearch(scorer, { ...plain, margin: Math.log(0.6 / 0.4) - 0.01 });
  expect(scorer.nRows[1]).toBe(1);
});

it('stops a decoder that loops, and says that a text was cut off', async () => {
  const looping: Table = () => ({ [a]: 0.98, [b]: 0.01 });
  const [found] = await find(looping, { width: 1, nMostTokens: 12, limits: { nShort: 3 } });
  expect(found?.tokens.slice(0, 4)).toEqual([a, a, a, b]);
  expect(found?.hasEnded).toBe(false);
  expect(found?.tokens).toHaveLength(12);
});

it('takes a token that only the bias favours', async () => {
  const bias: TokenBias<number> = {
    start: 0,
    favourites: () => [c],
    advance: (state, token) => ({ state: state + 1, gain: token === c && state === 0 ? 9 : 0 }),
    finish: () => -0.5,
  };
  const table: Table = ([first]) => (first === undefined ? { [a]: 0.9, [c]: 0.001 } : { [end]: 1 });
  const [found] = await beamSearch(new TabledScorer(nTokens, table), { ...plain, width: 1, bias });
  expect(found?.tokens).toEqual([c]);
  expect(found?.logProbability).toBeCloseTo(Math.log(0.001) + 9 - 0.5, 4);
  expect(found?.tokenLogProbabilities[0]).toBeCloseTo(Math.log(0.001), 4);
});

it('ends where its checkpoint throws', async () => {
  const checkpoint = () => {
    throw new Error('enough');
  };
  await expect(find(misleading, { checkpoint })).rejects.toThrow('enough');
});
