import { describe, expect, it } from 'vitest';
import { joinTensors, splitTensor } from './join.js';
import { tensor } from './tensor.js';

const lend = (nBytes: number) => new ArrayBuffer(nBytes);

describe('joinTensors and splitTensor', () => {
  const first = tensor('int16', Int16Array.of(1, 2, 3, 4), [2, 1, 2]);
  const second = tensor('int16', Int16Array.of(5, 6, 7, 8, 9, 10, 11, 12), [2, 2, 2]);

  it('join along an inner axis, row after row', () => {
    expect(joinTensors([first, second], 1, lend)).toEqual(
      tensor('int16', Int16Array.of(1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12), [2, 3, 2]),
    );
  });

  it('split what was joined, into memory of its own', () => {
    for (const axis of [0, 1, 2]) {
      const parts = [first, { ...first, data: first.data.map((value) => -value) }];
      const rows = parts.map(({ dims }) => dims[axis]!);
      const pieces = splitTensor(joinTensors(parts, axis, lend), axis, rows);
      expect(pieces).toEqual(parts);
      expect(pieces.map(({ data }) => ArrayBuffer.isView(data) && data.buffer.byteLength)).toEqual([8, 8]);
    }
  });

  it('use lent memory that is larger than they need', () => {
    const memory = new ArrayBuffer(64);
    const joined = joinTensors([first, second], 1, () => memory);
    expect(joined.data).toHaveLength(12);
    expect(ArrayBuffer.isView(joined.data) && joined.data.buffer).toBe(memory);
  });

  it('keep parts without elements', () => {
    const none = tensor('float64', new Float64Array(0), [0, 3]);
    const one = tensor('float64', Float64Array.of(1, 2, 3), [1, 3]);
    const joined = joinTensors([none, one, none], 0, lend);
    expect(joined.dims).toEqual([1, 3]);
    expect(splitTensor(joined, 0, [0, 1, 0])).toEqual([none, one, none]);
  });

  it('read views at any offset', () => {
    const bytes = new Uint8Array([0, 7, 8]);
    const view = tensor('uint8', bytes.subarray(1), [2]);
    expect(joinTensors([view, view], 0, lend).data).toEqual(Uint8Array.of(7, 8, 7, 8));
  });
});
