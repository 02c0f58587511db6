import { describe, expect, it } from 'vitest';
import { SampleBuffer } from './sample-buffer.js';

describe('SampleBuffer', () => {
  it('gives samples by their number from the beginning', () => {
    const buffer = new SampleBuffer(100);
    buffer.push(Float32Array.of(1, 2, 3));
    buffer.push(Float32Array.of(4, 5));
    buffer.dropBefore(102);
    expect([...buffer.slice(102, 104)]).toEqual([3, 4]);
    expect([...buffer.slice(103, 999)]).toEqual([4, 5]);
    expect(() => buffer.slice(101, 104)).toThrow('forgotten');
  });

  it('grows as far as what is needed, and no further over hours', () => {
    const buffer = new SampleBuffer();
    for (let i = 0; i < 3_600; i++) {
      buffer.push(new Float32Array(16_000));
      buffer.dropBefore((i - 30) * 16_000);
      expect(buffer.size).toBeLessThanOrEqual(31 * 16_000);
    }
  });
});
