import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../graph/model.js';
import { tensor } from '../../graph/tensor/create.js';
import { numbersOf } from '../../graph/tensor/read.js';
import { Rng } from '../../random/rng.js';
import { permuteConstant } from './permute.js';

/** The definition: result[i, j, ...] = data[indices back in the order of data's axes]. */
function byDefinition(elements: ArrayLike<number>, dims: readonly number[], order: readonly number[]): number[] {
  const lengths = order.map((axis) => dims[axis]!);
  const count = elements.length;
  return Array.from({ length: count }, (_, flat) => {
    const index = new Array<number>(dims.length).fill(0);
    let rest = flat;
    for (let place = order.length - 1; place >= 0; place--) {
      index[order[place]!] = rest % lengths[place]!;
      rest = Math.floor(rest / lengths[place]!);
    }
    return elements[index.reduce((offset, i, axis) => offset * dims[axis]! + i, 0)]!;
  });
}

describe('permuteConstant', () => {
  const rng = new Rng(3);

  it.each([
    ['float32', [3, 5, 7, 33], [3, 2, 0, 1]],
    ['float32', [2, 3, 4], [2, 0, 1]],
    ['float32', [17, 19], [1, 0]],
    ['int64', [3, 4, 5], [1, 2, 0]],
    ['uint8', [4, 5, 20], [2, 1, 0]],
    ['float32', [4, 5, 6], [1, 0, 2]],
    ['float32', [0, 3], [1, 0]],
  ] as const)('moves %s %j by %j', (elementType, dims, order) => {
    const elements = Array.from({ length: dims.reduce((product, length) => product * length, 1) }, () => rng.below(99));
    const permuted = permuteConstant(tensor(elementType, dims, elements), order);
    expect(permuted.dims).toEqual(order.map((axis) => dims[axis]));
    expect(Array.from(numbersOf(permuted)!)).toEqual(byDefinition(elements, dims, order));
  });

  it('takes bytes that are not aligned', () => {
    const aligned = tensor('float32', [2, 3], [1, 2, 3, 4, 5, 6]);
    const bytes = new Uint8Array(25);
    bytes.set((aligned.content as { bytes: Uint8Array }).bytes, 1);
    const shifted: TensorData = { ...aligned, content: { kind: 'bytes', bytes: bytes.subarray(1) } };
    expect(Array.from(numbersOf(permuteConstant(shifted, [1, 0]))!)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('shares the bytes where only axes of length one move', () => {
    const data = tensor('float32', [1, 1, 3, 2], [1, 2, 3, 4, 5, 6]);
    expect(permuteConstant(data, [2, 0, 3, 1]).content).toBe(data.content);
  });
});
