import { arrayTypes, nElements, tensor, type Tensor } from './tensor.js';

/** Lends memory of at least this many bytes, to be written over and used until the next loan under the same name. */
export type Lend = (nBytes: number) => ArrayBuffer;

/**
 * Joins tensors of one element type along an axis, in order; their other dims are equal.
 * @param lend where the joined values go; strings need none
 */
export function joinTensors(parts: readonly Tensor[], axis: number, lend: Lend): Tensor {
  const [first] = parts;
  if (!first) throw new RangeError('nothing to join');
  const rows = parts.reduce((sum, { dims }) => sum + dims[axis]!, 0);
  const dims = first.dims.with(axis, rows);
  const nOuter = nElements(first.dims.slice(0, axis));
  if (first.elementType === 'string') {
    const strings: string[] = [];
    for (let outer = 0; outer < nOuter; outer++)
      for (const part of parts) {
        const length = part.data.length / nOuter;
        // All parts have the first one's element type.
        strings.push(...(part.data.slice(outer * length, (outer + 1) * length) as string[]));
      }
    return tensor('string', strings, dims);
  }
  const ArrayType = arrayTypes[first.elementType];
  const target = new Uint8Array(lend(nElements(dims) * ArrayType.BYTES_PER_ELEMENT));
  let offset = 0;
  const sources = parts.map((part) => bytesOf(part));
  for (let outer = 0; outer < nOuter; outer++)
    for (const source of sources) {
      const length = source.byteLength / nOuter;
      target.set(source.subarray(outer * length, (outer + 1) * length), offset);
      offset += length;
    }
  return tensor(first.elementType, new ArrayType(target.buffer, 0, nElements(dims)), dims);
}

/**
 * Cuts a tensor along an axis into pieces of their own memory.
 * @param rows lengths of the pieces along the axis; their sum is the tensor's length there
 */
export function splitTensor(whole: Tensor, axis: number, rows: readonly number[]): Tensor[] {
  const nOuter = nElements(whole.dims.slice(0, axis));
  const nInner = nElements(whole.dims.slice(axis + 1));
  const total = whole.dims[axis]!;
  let start = 0;
  return rows.map((count) => {
    const dims = whole.dims.with(axis, count);
    const from = (outer: number) => (outer * total + start) * nInner;
    const piece = pieceOf(whole, dims, nOuter, from, count * nInner);
    start += count;
    return piece;
  });
}

function pieceOf(
  whole: Tensor,
  dims: readonly number[],
  nOuter: number,
  from: (outer: number) => number,
  length: number,
): Tensor {
  if (whole.elementType === 'string') {
    const strings: string[] = [];
    for (let outer = 0; outer < nOuter; outer++)
      strings.push(...whole.data.slice(from(outer), from(outer) + length));
    return tensor('string', strings, dims);
  }
  const size = arrayTypes[whole.elementType].BYTES_PER_ELEMENT;
  const source = bytesOf(whole);
  const target = new Uint8Array(nOuter * length * size);
  for (let outer = 0; outer < nOuter; outer++) {
    target.set(source.subarray(from(outer) * size, (from(outer) + length) * size), outer * length * size);
  }
  return tensor(whole.elementType, new arrayTypes[whole.elementType](target.buffer), dims);
}

function bytesOf(given: Tensor): Uint8Array {
  if (given.elementType === 'string') throw new TypeError('strings have no bytes');
  return new Uint8Array(given.data.buffer, given.data.byteOffset, given.data.byteLength);
}
