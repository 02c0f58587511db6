import { expect, it } from 'vitest';
import { largestOf, logSumExp } from './most-likely.js';

it('adds exponentials of a row without overflow', () => {
  const data = Float32Array.of(99, 1_000, 1_000 + Math.log(3), 99);
  expect(logSumExp(data, 1, 2)).toBeCloseTo(1_000 + Math.log(4), 3);
});

it('gives the largest of a row, the first among equals', () => {
  const data = Float32Array.of(9, 9, 1, 5, 3, 5, 2);
  expect(largestOf(data, 2, 5, 3)).toEqual([1, 3, 2]);
  expect(largestOf(data, 2, 5, 9)).toEqual([1, 3, 2, 4, 0]);
});
