import { expect, it } from 'vitest';
import { isLoop } from './repetition.js';

const repeated = (group: readonly number[], nTimes: number) => Array.from({ length: nTimes }, () => group).flat();

it('lets a word be said five times in a row, and no sixth time', () => {
  expect(isLoop(repeated([7], 4), 7)).toBe(false);
  expect(isLoop(repeated([7], 5), 7)).toBe(true);
  expect(isLoop([9, ...repeated([7], 5)], 7)).toBe(true);
  expect(isLoop(repeated([7], 5), 8)).toBe(false);
});

it('lets a sentence be said three times in a row, and no fourth time', () => {
  const sentence = [3, 4, 5, 6, 7];
  const thrice = repeated(sentence, 3);
  expect(isLoop([...thrice, 3, 4, 5], 6)).toBe(false);
  expect(isLoop([...thrice, 3, 4, 5, 6], 7)).toBe(true);
  expect(isLoop([...thrice, 3, 4, 5, 6], 8)).toBe(false);
});

it('leaves digits alone', () => {
  expect(isLoop(repeated([7], 20), 7, {}, (token) => token === 7)).toBe(false);
});
