import { Rng } from '@lantern/core-ml';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, countErrors, errorRate } from './word-errors.js';

const errors = (said: string, heard: string) => countErrors(said.split(' '), heard === '' ? [] : heard.split(' '));

describe('word errors', () => {
  it.each([
    ['a b c', 'a b c', [0, 0, 0]],
    ['a b c', 'a x c', [1, 0, 0]],
    ['a b c', 'a c', [0, 1, 0]],
    ['a b c', 'a b b c', [0, 0, 1]],
    ['a b c d', 'x a b d', [0, 1, 1]],
    ['a b c', '', [0, 3, 0]],
  ])('%s | %s', (said, heard, [substitutions, deletions, insertions]) => {
    expect(errors(said, heard)).toEqual({ nWords: said.split(' ').length, substitutions, deletions, insertions });
  });

  it('weighs utterances by their words', () => {
    expect(errorRate([errors('a b c d e f g h i', 'a b c d e f g h i'), errors('a', 'b')])).toBe(10);
  });

  it('tells an interval that holds the rate and narrows with the utterances', () => {
    const interval = (count: number) => {
      const one = (i: number) => (i % 4 === 0 ? 1 : 0);
      const rng = new Rng(1);
      return bootstrapInterval(count, rng, (drawn) => drawn.reduce((sum, i) => sum + one(i), 0) / drawn.length, 500);
    };
    const [few, many] = [interval(40), interval(1_000)];
    expect(few.low).toBeLessThan(0.25);
    expect(few.high).toBeGreaterThan(0.25);
    // The standard error of a share of a quarter: 0.068 and 0.014.
    expect(few.high - few.low).toBeCloseTo(4 * 0.068, 1);
    expect(many.high - many.low).toBeCloseTo(4 * 0.0137, 1);
  });
});
