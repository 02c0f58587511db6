import { describe, expect, it } from 'vitest';
import { differenceOf } from './difference.js';
import { sampleInputs, type Sample } from './tensor-sample.js';
import { median, timesInTurn } from './measure.js';

const floats = (...numbers: number[]): Sample => ({
  ...{ elementType: 'float32', dims: [numbers.length], data: Float32Array.from(numbers) },
});

describe('differenceOf', () => {
  it('measures the largest and the mean distance, and the size of the reference', () => {
    const difference = differenceOf('t', floats(1, -8, 3), floats(1.5, -8, 2));
    expect(difference).toEqual({ name: 't', dims: [3], largest: 1, mean: 0.5, magnitude: 8 });
  });

  it.each([
    ['a number that is none', floats(NaN), floats(1), Infinity],
    ['no number that should be', floats(1), floats(NaN), Infinity],
    ['infinity', floats(Infinity), floats(3), Infinity],
    ['equal infinities', floats(-Infinity), floats(-Infinity), 0],
    ['equally no numbers', floats(NaN), floats(NaN), 0],
    ['zeros of both signs', floats(0), floats(-0), 0],
  ])('does not overlook %s', (_, expected, actual, largest) => {
    expect(differenceOf('t', expected, actual).largest).toBe(largest);
  });

  it('refuses tensors of different sizes', () => {
    expect(() => differenceOf('t', floats(1), floats(1, 2))).toThrow('t: [1] in TensorFlow.js, [2] compiled');
  });
});

describe('sampleInputs', () => {
  const image = { name: 'image', elementType: 'float32', shape: ['batch', undefined, 'width', 3] } as const;

  it('fills open lengths, stays within the range and repeats itself', () => {
    const options = { range: [0, 255], lengths: { width: 8 }, seed: 1 } as const;
    const { dims, data } = sampleInputs([image], options).get('image')!;
    expect(dims).toEqual([1, 224, 8, 3]);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(255);
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(100);
    expect(sampleInputs([image], options).get('image')!.data).toEqual(data);
  });

  it('refuses types that it cannot make up', () => {
    const words = { name: 'words', elementType: 'string', shape: [1] } as const;
    expect(() => sampleInputs([words], { range: [0, 1], seed: 1 })).toThrow("type string cannot be made up ('words')");
  });
});

describe('timesInTurn', () => {
  it('runs tasks in turn, warms up once at least, and stops when its time is over', async () => {
    const calls: string[] = [];
    const tasks = ['a', 'b'].map((name) => async () => void calls.push(name));
    const times = await timesInTurn(tasks, { warmUpMs: 0, rounds: 3, budgetMs: 10_000 });
    expect(calls.join('')).toBe('abababab');
    expect(times.map(({ length }) => length)).toEqual([3, 3]);
    expect((await timesInTurn(tasks, { warmUpMs: 0, rounds: 3, budgetMs: 0 }))[0]).toHaveLength(1);
  });

  it('takes the middle of odd and even counts', () => {
    expect([median([9, 1, 5]), median([4, 1, 2, 9])]).toEqual([5, 3]);
  });
});
