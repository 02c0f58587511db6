import type { TensorData } from '../model.js';
import { cutRange, cutsOf } from '../operators/arranging.js';
import type { NodeCall } from '../operators/node-call.js';
import { elementCount } from '../element-size.js';
import { numbersOf, storedElements, type TypedArray } from '../tensor/read.js';
import { broadcastStrides, sourceIndices, stridesOf } from './strides.js';

/** Computes the output of one node. `dims` is what shape inference found for it. */
export type Evaluator = (
  call: NodeCall,
  inputs: readonly TensorData[],
  dims: readonly number[],
) => TensorData | undefined;

/** The elements at the given places of the source, as they are stored. */
function taken(source: TensorData, dims: readonly number[], indices: Uint32Array): TensorData | undefined {
  const from = storedElements(source);
  if (from === undefined) return undefined;
  const to = from.slice(0, 0).constructor as new (length: number) => TypedArray;
  const elements = new to(indices.length);
  for (let i = 0; i < indices.length; i++) elements[i] = from[indices[i]!]!;
  return withElements(source, dims, elements);
}

function withElements({ elementType }: TensorData, dims: readonly number[], elements: TypedArray): TensorData {
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return { elementType, dims, content: { kind: 'bytes', bytes } };
}

const sameElements: Evaluator = (_, [data], dims) => ({ ...data!, dims });

const transpose: Evaluator = (call, [data], dims) => {
  const strides = stridesOf(data!.dims);
  const order = call.ints('perm') ?? [...dims.keys()].reverse();
  return taken(
    data!,
    dims,
    sourceIndices(
      dims,
      order.map((axis) => strides[axis < 0 ? axis + dims.length : axis]!),
    ),
  );
};

const expand: Evaluator = (_, [data], dims) =>
  taken(data!, dims, sourceIndices(dims, broadcastStrides(data!.dims, dims)));

const tile: Evaluator = (_, [data], dims) => {
  const strides = stridesOf(data!.dims);
  const indices = new Uint32Array(elementCount(dims));
  const outer = stridesOf(dims);
  for (let i = 0; i < indices.length; i++) {
    let source = 0;
    for (const [axis, length] of data!.dims.entries())
      source += (Math.floor(i / outer[axis]!) % length) * strides[axis]!;
    indices[i] = source;
  }
  return taken(data!, dims, indices);
};

const slice: Evaluator = (call, [data], dims) => {
  const steps = [...stridesOf(data!.dims)];
  let offset = 0;
  for (const { axis, start, end, step } of cutsOf(call, dims.length) ?? []) {
    if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined;
    offset += cutRange(data!.dims[axis]!, { start, end, step })[0] * steps[axis]!;
    steps[axis]! *= step;
  }
  return elementCount(dims) === 0
    ? taken(data!, dims, new Uint32Array(0))
    : taken(data!, dims, sourceIndices(dims, steps, offset));
};

const gather: Evaluator = (call, [data, places], dims) => {
  const axis = call.axis(call.int('axis'), data!.dims.length);
  const length = data!.dims[axis]!;
  const wanted = numbersOf(places!);
  if (wanted === undefined) return undefined;
  const inner = elementCount(data!.dims.slice(axis + 1));
  const indices = new Uint32Array(elementCount(dims));
  for (let i = 0; i < indices.length; i++) {
    const row = Math.floor(i / inner);
    const place = wanted[row % wanted.length]!;
    const counted = place < 0 ? place + length : place;
    if (!(counted >= 0 && counted < length)) return call.fail(`index ${place} lies outside ${call.describe(0)}.`);
    indices[i] = (Math.floor(row / wanted.length) * length + counted) * inner + (i % inner);
  }
  return taken(data!, dims, indices);
};

const concat: Evaluator = (call, inputs, dims) => {
  const axis = call.axis(call.int('axis'), dims.length);
  const parts = inputs.map((input) => storedElements(input));
  if (!parts.every((part) => part !== undefined)) return undefined;
  const kind = parts[0]!.constructor as new (length: number) => TypedArray;
  const joined = new kind(elementCount(dims));
  const width = elementCount(dims.slice(axis));
  let start = 0;
  for (const [index, part] of parts.entries()) {
    const own = elementCount(inputs[index]!.dims.slice(axis));
    for (let row = 0; row * own < part.length && own > 0; row++) {
      // The arrays are of one kind, since the inputs are of one element type.
      (joined as Float32Array).set((part as Float32Array).subarray(row * own, (row + 1) * own), row * width + start);
    }
    start += own;
  }
  return withElements(inputs[0]!, dims, joined);
};

/** Operators that only move elements: exact for every element type. */
export const movement: Readonly<Record<string, Evaluator>> = {
  Identity: sameElements,
  Reshape: sameElements,
  Squeeze: sameElements,
  Unsqueeze: sameElements,
  Flatten: sameElements,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Slice: slice,
  Gather: gather,
  Concat: concat,
};
