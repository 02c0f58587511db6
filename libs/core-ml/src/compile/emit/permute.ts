import { byteLengthOf } from '../../graph/element-size.js';
import type { TensorData } from '../../graph/model.js';

/**
 * Reorders the axes of a constant: axis i of the result is axis `order[i]` of `data`.
 *
 * @param order each axis of `data` once
 */
export function permuteConstant(data: TensorData, order: readonly number[]): TensorData {
  const dims = order.map((axis) => data.dims[axis]!);
  if (keepsElementOrder(data.dims, order)) return reshapeConstant(data, dims);
  const strides = order.map((axis) => data.dims.slice(axis + 1).reduce((product, length) => product * length, 1));
  const { content } = data;
  if (content.kind === 'strings') {
    const strings = Array.from(sourceIndices(dims, strides), (index) => content.strings[index]!);
    return { ...data, dims, content: { kind: 'strings', strings } };
  }
  if (content.kind === 'external') throw new TypeError('a constant outside the file cannot be permuted');
  return { ...data, dims, content: { kind: 'bytes', bytes: permuteBytes(data, content.bytes, dims, strides) } };
}

/** The same elements under another shape of as many elements. */
export function reshapeConstant(data: TensorData, dims: readonly number[]): TensorData {
  return { ...data, dims };
}

/** Whether only axes of length one move, so that the elements stay where they are. */
function keepsElementOrder(dims: readonly number[], order: readonly number[]): boolean {
  const long = order.filter((axis) => dims[axis] !== 1);
  return long.every((axis, index) => index === 0 || axis > long[index - 1]!);
}

function permuteBytes(
  data: TensorData,
  bytes: Uint8Array,
  dims: readonly number[],
  strides: readonly number[],
): Uint8Array {
  const size = byteLengthOf(data.elementType, []);
  const indices = sourceIndices(dims, strides);
  const permuted = new Uint8Array(bytes.length);
  if (size === 4 && bytes.byteOffset % 4 === 0) {
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const to = new Uint32Array(permuted.buffer);
    for (let i = 0; i < to.length; i++) to[i] = from[indices[i]!]!;
    return permuted;
  }
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    for (let byte = 0; byte < size; byte++) permuted[i * size + byte] = bytes[start + byte]!;
  }
  return permuted;
}

/** For each element of the result, in its order, its index in the source whose axes have these strides. */
function sourceIndices(dims: readonly number[], strides: readonly number[]): Uint32Array {
  let indices = new Uint32Array(1);
  for (const [axis, length] of dims.entries()) {
    const longer = new Uint32Array(indices.length * length);
    for (let i = 0; i < indices.length; i++) {
      for (let j = 0; j < length; j++) longer[i * length + j] = indices[i]! + j * strides[axis]!;
    }
    indices = longer;
  }
  return indices;
}
