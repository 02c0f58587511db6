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
  if (data.content.kind !== 'bytes') throw new TypeError('only constants with bytes can be permuted');
  const { bytes } = data.content;
  const size = byteLengthOf(data.elementType, []);
  const permuted = new Uint8Array(bytes.length);
  if (size === 4 && bytes.byteOffset % 4 === 0) {
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    permuteElements(from, new Uint32Array(permuted.buffer), data.dims, order);
  } else {
    // The bytes of an element are one more axis, which stays last.
    permuteElements(bytes, permuted, [...data.dims, size], [...order, order.length]);
  }
  return { ...data, dims, content: { kind: 'bytes', bytes: permuted } };
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

/** Elements read at a time: a line of the processor's cache. */
const block = 16;

/**
 * Goes through the source's innermost axis in blocks, and within those through the others in the order of the result, so
 * that both sides are touched line by line: weights of a convolution move their innermost axis outermost.
 */
function permuteElements(
  from: Uint8Array | Uint32Array,
  to: Uint8Array | Uint32Array,
  dims: readonly number[],
  order: readonly number[],
): void {
  const innermost = dims.length - 1;
  const length = dims[innermost]!;
  const fromStrides = stridesOf(dims);
  const toStrides = stridesOf(order.map((axis) => dims[axis]!));
  const others = order.flatMap((axis, place) => (axis === innermost ? [] : [{ axis, place }]));
  const lengths = others.map(({ axis }) => dims[axis]!);
  const sources = offsets(
    lengths,
    others.map(({ axis }) => fromStrides[axis]!),
  );
  const targets = offsets(
    lengths,
    others.map(({ place }) => toStrides[place]!),
  );
  const step = toStrides[order.indexOf(innermost)]!;
  for (let start = 0; start < length; start += block) {
    const end = Math.min(start + block, length);
    for (let k = 0; k < sources.length; k++) {
      const source = sources[k]!;
      const target = targets[k]!;
      for (let i = start; i < end; i++) to[target + i * step] = from[source + i]!;
    }
  }
}

function stridesOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => dims.slice(axis + 1).reduce((product, length) => product * length, 1));
}

/** Where each combination of indices lies, the last axis fastest. */
function offsets(lengths: readonly number[], strides: readonly number[]): Float64Array {
  let known = new Float64Array(1);
  for (const [axis, length] of lengths.entries()) {
    const next = new Float64Array(known.length * length);
    for (let i = 0; i < known.length; i++) {
      for (let j = 0; j < length; j++) next[i * length + j] = known[i]! + j * strides[axis]!;
    }
    known = next;
  }
  return known;
}
