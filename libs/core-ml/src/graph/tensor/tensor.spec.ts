import { describe, expect, it } from 'vitest';
import { booleans, float16, float32, int64, scalar, tensor } from './create.js';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './float16.js';
import { numbersOf, storedElements } from './read.js';

describe('half precision', () => {
  // IEEE 754-2019, table 3.5: binary16 has 11 significant bits and exponents from -14 to 15.
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -24, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Infinity, 0x7c00],
    [-Infinity, 0xfc00],
  ])('writes %s as its nearest neighbour, ties to even', (value, bits) => {
    expect(toFloat16(value)).toBe(bits);
  });

  it('reads back what it wrote, for all 65,536 bit patterns but those that are not numbers', () => {
    let compared = 0;
    for (let bits = 0; bits < 65_536; bits++) {
      const value = fromFloat16(bits);
      if (Number.isNaN(value)) continue;
      compared += 1;
      if (toFloat16(value) !== bits) expect(toFloat16(value)).toBe(bits);
    }
    expect(compared).toBe(65_536 - 2 * 1023);
    expect(fromFloat16(toFloat16(NaN))).toBeNaN();
  });

  it('rounds bfloat16, the upper half of binary32', () => {
    expect(fromBfloat16(toBfloat16(1 + 2 ** -8))).toBe(1);
    expect(fromBfloat16(toBfloat16(1 + 3 * 2 ** -8))).toBe(1 + 2 ** -6);
    expect(fromBfloat16(toBfloat16(-Infinity))).toBe(-Infinity);
  });
});

describe('tensors', () => {
  it('use a typed array of their own kind in place', () => {
    const data = Float32Array.of(1, 2);
    const { content } = float32([2], data);
    expect(content.kind === 'bytes' && content.bytes.buffer === data.buffer).toBe(true);
  });

  it('refuse another number of elements than the shape holds', () => {
    expect(() => float32([2, 3], [1, 2])).toThrow('A tensor [2, 3] holds 6 elements; 2 were given.');
  });

  it('read elements that do not lie on a multiple of their size', () => {
    const bytes = new Uint8Array(9);
    new DataView(bytes.buffer).setFloat32(1, 1.5, true);
    const data = {
      elementType: 'float32',
      dims: [1],
      content: { kind: 'bytes', bytes: bytes.subarray(1, 5) },
    } as const;
    expect(numbersOf(data)).toEqual(Float32Array.of(1.5));
  });

  it('read numbers of every kind', () => {
    expect(Array.from(numbersOf(int64([2], [-5, 7]))!)).toEqual([-5, 7]);
    expect(Array.from(numbersOf(float16([2], [0.5, -3]))!)).toEqual([0.5, -3]);
    expect(Array.from(numbersOf(booleans([3], [0, 2, 1]))!)).toEqual([0, 1, 1]);
    expect(storedElements(scalar('int8', -1))).toEqual(Int8Array.of(-1));
    expect(() => tensor('string', [1], [1])).toThrow(TypeError);
  });
});
