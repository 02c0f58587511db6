import { describe, expect, it } from 'vitest';
import { deinterleave, interleave, mixToMono } from './channels.js';
import { measureLevels, normalisePeak } from './levels.js';

describe('channels', () => {
  it('mix to their mean, leaving them as they are', () => {
    const channels = [Float32Array.of(1, 0, -1), Float32Array.of(0, 0, -1), Float32Array.of(0.5, 0.75, -1)];
    expect([...mixToMono(channels)]).toEqual([0.5, 0.25, -1]);
    expect([...channels[0]!]).toEqual([1, 0, -1]);
    expect(mixToMono([channels[1]!])).toBe(channels[1]);
    expect(() => mixToMono([])).toThrow(RangeError);
  });

  it('go in and out of frames', () => {
    const channels = deinterleave(Float32Array.of(1, 2, 3, 4, 5), 2);
    expect(channels.map((channel) => [...channel])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect([...interleave(channels)]).toEqual([1, 2, 3, 4]);
  });
});

describe('measureLevels', () => {
  it('by hand: a square wave of half scale, and of full', () => {
    expect(measureLevels(Float32Array.of(0.5, -0.5, 0.5, -0.5))).toEqual({
      peak: 0.5,
      rmsDbfs: 10 * Math.log10(0.25),
      mean: 0,
      clippedRatio: 0,
    });
    expect(measureLevels(Float32Array.of(1, -1, 0, 0))).toEqual({
      peak: 1,
      rmsDbfs: 10 * Math.log10(0.5),
      mean: 0,
      clippedRatio: 0.5,
    });
    expect(measureLevels(new Float32Array(4)).rmsDbfs).toBe(-Infinity);
    expect(measureLevels(Float32Array.of(0.25, 0.75)).mean).toBe(0.5);
    expect(() => measureLevels(new Float32Array(0))).toThrow(RangeError);
  });

  it('normalises to a peak, and silence to silence', () => {
    expect([...normalisePeak(Float32Array.of(0.25, -0.5), 1)]).toEqual([0.5, -1]);
    expect([...normalisePeak(new Float32Array(2), 1)]).toEqual([0, 0]);
  });
});
