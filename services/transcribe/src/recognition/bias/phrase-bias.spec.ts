import { expect, it } from 'vitest';
import { PhraseBias, type TokenPhrase } from './phrase-bias.js';

/** Tokens from 10 on begin words, 5 is a comma, others go on inside a word. */
const shapeOf = (token: number) => ({ beginsWord: token >= 10, isPunctuation: token === 5 });

/** What each token gains, and the end. */
function gains(phrases: readonly TokenPhrase[], tokens: readonly number[]): number[] {
  const bias = new PhraseBias(phrases, shapeOf);
  let { start: state } = bias;
  const all = tokens.map((token) => {
    const after = bias.advance(state, token);
    state = after.state;
    return after.gain;
  });
  return [...all, bias.finish(state)];
}

const newYork: TokenPhrase = { tokens: [10, 11], boost: 2 };

it('gives each token of a phrase its gain, and leaves it where the phrase is whole', () => {
  expect(gains([newYork], [20, 10, 11, 20])).toEqual([0, 2, 2, 0, 0]);
  expect(gains([newYork], [10, 11, 5])).toEqual([2, 2, 0, 0]);
  expect(gains([newYork], [10, 11])).toEqual([2, 2, 0]);
});

it('takes the gain back where a phrase breaks off', () => {
  expect(gains([newYork], [10, 20])).toEqual([2, -2, 0]);
  expect(gains([newYork], [10])).toEqual([2, -2]);
});

it('takes the gain back where a word goes on after the phrase', () => {
  expect(gains([newYork], [10, 11, 3, 20])).toEqual([2, 2, -4, 0, 0]);
});

it('goes on with the phrase that begins inside of one that broke off', () => {
  const phrases = [
    { tokens: [10, 11, 12], boost: 1 },
    { tokens: [11, 13], boost: 3 },
  ];
  // After 10 11 two are owed; 13 gives 2 x 3 for the other phrase.
  expect(gains(phrases, [10, 11, 13])).toEqual([1, 1, 6 - 2, 0]);
});

it('keeps what a whole phrase inside a longer one gained', () => {
  const phrases = [newYork, { tokens: [10, 11, 12, 13], boost: 2 }];
  expect(gains(phrases, [10, 11, 12, 20])).toEqual([2, 2, 2, -2, 0]);
  const inner = [
    { tokens: [10, 11, 12], boost: 1 },
    { tokens: [11], boost: 1 },
  ];
  expect(gains(inner, [10, 11, 20])).toEqual([1, 1, -1, 0]);
});

it('says which tokens would gain', () => {
  const bias = new PhraseBias([newYork, { tokens: [14], boost: 1 }], shapeOf);
  expect([...bias.favourites(bias.start)].sort()).toEqual([10, 14]);
  expect([...bias.favourites(bias.advance(bias.start, 10).state)].sort()).toEqual([10, 11, 14]);
});
