import { expect, it } from 'vitest';
import { medianFilter } from './median-filter.js';
import { monotonicPath } from './monotonic-path.js';

it('follows the cheapest cells in order', () => {
  // prettier-ignore
  const data = Float32Array.of(
    0, 0, 9, 9, 9,
    9, 9, 0, 9, 9,
    9, 9, 9, 0, 0);
  expect(monotonicPath({ data, nRows: 3, nColumns: 5 })).toEqual([
    { first: 0, last: 1 },
    { first: 2, last: 2 },
    { first: 3, last: 4 },
  ]);
});

it('goes through every row, also where there are fewer columns', () => {
  const data = Float32Array.of(0, 9, 0, 9, 9, 0);
  expect(monotonicPath({ data, nRows: 3, nColumns: 2 })).toEqual([
    { first: 0, last: 0 },
    { first: 0, last: 0 },
    { first: 1, last: 1 },
  ]);
  expect(monotonicPath({ data: new Float32Array(0), nRows: 0, nColumns: 4 })).toEqual([]);
});

it('takes out an outlier and keeps an edge', () => {
  expect([...medianFilter(Float32Array.of(0, 9, 0, 0, 5, 5, 5), 3)]).toEqual([9, 0, 0, 0, 5, 5, 5]);
  expect(() => medianFilter(Float32Array.of(1), 4)).toThrow('an odd number of values, not 4');
});
