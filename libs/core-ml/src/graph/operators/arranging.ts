import type { Dimension } from '../model.js';
import { anyType, float, int, ints, operator, required, string, type Inferred } from './definition.js';
import { mapLength, mayEqual, merged, sumOf } from './dimensions.js';
import type { NodeCall } from './node-call.js';

function inferConcat(call: NodeCall): Inferred[] {
  const shapes = call.inputs.map((_, index) => call.shape(index));
  const first = shapes.find((shape) => shape !== undefined);
  if (first === undefined) return [{ shape: undefined }];
  const axis = call.axis(call.int('axis'), first.length);
  const joined = [...first];
  for (const [index, shape] of shapes.entries()) {
    if (shape === undefined) {
      joined[axis] = undefined;
      continue;
    }
    if (shape.length !== first.length)
      call.fail(`${call.describe(index)} and ${call.describe(shapes.indexOf(first))} cannot be joined.`);
    for (const [other, length] of shape.entries()) {
      if (other === axis) continue;
      if (!mayEqual(joined[other], length)) {
        call.fail(`${call.describe(index)} has ${length} at axis ${other} where the others have ${joined[other]}.`);
      }
      joined[other] = merged(joined[other], length);
    }
  }
  if (shapes.every((shape) => shape !== undefined)) joined[axis] = shapes.map((shape) => shape[axis]).reduce(sumOf);
  return [{ shape: joined, elements: joinedElements(call) }];
}

function joinedElements(call: NodeCall): readonly Dimension[] | undefined {
  if (call.shape(0)?.length !== 1) return undefined;
  const lists = call.inputs.map((_, index) => call.elements(index) ?? unknownElements(call, index));
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

function unknownElements(call: NodeCall, index: number): readonly Dimension[] | undefined {
  const length = call.shape(index)?.[0];
  return typeof length === 'number' && length <= 64 ? new Array<Dimension>(length).fill(undefined) : undefined;
}

function inferSplit(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const count = call.outputCount;
  if (shape === undefined) return new Array<Inferred>(count).fill({ shape: undefined });
  const axis = call.axis(call.int('axis'), shape.length);
  const total = shape[axis];
  const written = call.opset < 13 ? call.ints('split') : call.numbers(1);
  const isGiven = call.opset < 13 ? written !== undefined : call.has(1);
  if (isGiven && written === undefined) return new Array<Inferred>(count).fill({ shape: shape.with(axis, undefined) });
  const parts = written ?? evenParts(call, total, count);
  if (parts.length !== count) call.fail(`${parts.length} parts are listed for ${count} outputs.`);
  const sum = parts.reduce<Dimension>(sumOf, 0);
  if (!mayEqual(sum, total) || parts.some((part) => typeof part === 'number' && part < 0)) {
    call.fail(`parts of [${parts.join(', ')}] do not add up to axis ${axis} of ${call.describe(0)}.`);
  }
  const elements = shape.length === 1 ? call.elements(0) : undefined;
  let start = 0;
  return parts.map((part): Inferred => {
    if (elements === undefined || typeof part !== 'number') return { shape: shape.with(axis, part) };
    start += part;
    return { shape: shape.with(axis, part), elements: elements.slice(start - part, start) };
  });
}

function evenParts(call: NodeCall, total: Dimension, count: number): readonly Dimension[] {
  const declared = call.optionalInt('num_outputs');
  if (declared !== undefined && declared !== count) call.fail(`num_outputs is ${declared} for ${count} outputs.`);
  if (typeof total !== 'number') return new Array<Dimension>(count).fill(count === 1 ? total : undefined);
  const part = Math.ceil(total / count);
  if (declared === undefined && total % count !== 0)
    call.fail(`a length of ${total} does not split into ${count} equal parts.`);
  return Array.from({ length: count }, (_, i) => Math.max(Math.min(part, total - part * i), 0));
}

interface Cut {
  readonly axis: number;
  readonly start: Dimension;
  readonly end: Dimension;
  readonly step: Dimension;
}

/** The cuts of a Slice: attributes before version 10, inputs since. Undefined when not even the axes are known. */
export function cutsOf(call: NodeCall, rank: number): readonly Cut[] | undefined {
  const old = call.opset < 10;
  const starts = old ? call.ints('starts') : call.elements(1);
  const ends = old ? call.ints('ends') : call.elements(2);
  const count = starts?.length ?? ends?.length ?? listLength(call, 1) ?? listLength(call, 2);
  const axesKnown = old || !call.has(3) || call.numbers(3) !== undefined;
  if (count === undefined || !axesKnown) return undefined;
  const axes = (old ? call.ints('axes') : call.numbers(3)) ?? Array.from({ length: count }, (_, axis) => axis);
  if (axes.length !== count || (ends ?? axes).length !== count)
    call.fail('starts, ends and axes must have as many entries.');
  const steps = !old && call.has(4) ? call.elements(4) : new Array<Dimension>(count).fill(1);
  return call.axes(axes, rank).map((axis, i) => ({ axis, start: starts?.[i], end: ends?.[i], step: steps?.[i] }));
}

function listLength(call: NodeCall, input: number): number | undefined {
  const length = call.has(input) ? call.shape(input)?.[0] : undefined;
  return typeof length === 'number' && length <= 64 ? length : undefined;
}

function inferSlice(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  if (shape === undefined) return [{ shape }];
  const cuts = cutsOf(call, shape.length);
  if (cuts === undefined) return [{ shape: shape.map((): Dimension => undefined) }];
  const cut = [...shape];
  for (const one of cuts) cut[one.axis] = cutLength(call, shape[one.axis], one);
  return [{ shape: cut, elements: cutElements(call, cuts) }];
}

/** Numpy's rule: negative positions count from the end, and positions beyond the ends are moved to them. */
export function cutRange(
  length: number,
  { start, end, step }: { start: number; end: number; step: number },
): [number, number] {
  const counted = (position: number): number => (position < 0 ? position + length : position);
  const clamped = (position: number, least: number, most: number): number => Math.min(Math.max(position, least), most);
  if (step > 0) return [clamped(counted(start), 0, length), clamped(counted(end), 0, length)];
  return [clamped(counted(start), 0, length - 1), clamped(counted(end), -1, length - 1)];
}

function cutLength(call: NodeCall, length: Dimension, { start, end, step }: Cut): Dimension {
  if (step === 0) call.fail('a step must not be 0.');
  const takesAll = start === 0 && step === 1 && typeof end === 'number' && end >= 2 ** 31 - 1;
  if (typeof length !== 'number') return takesAll || (start === 0 && step === 1 && end === length) ? length : undefined;
  if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined;
  const [from, to] = cutRange(length, { start, end, step });
  return Math.max(Math.ceil((to - from) / step), 0);
}

function cutElements(call: NodeCall, cuts: readonly Cut[]): readonly Dimension[] | undefined {
  const elements = call.shape(0)?.length === 1 ? call.elements(0) : undefined;
  const [cut] = cuts;
  if (elements === undefined || cut === undefined) return elements;
  const { start, end, step } = cut;
  if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined;
  const [from, to] = cutRange(elements.length, { start, end, step });
  const count = Math.max(Math.ceil((to - from) / step), 0);
  return Array.from({ length: count }, (_, i) => elements[from + i * step]);
}

function inferPad(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const mode = call.string('mode');
  if (!['constant', 'reflect', 'edge', 'wrap'].includes(mode)) call.fail(`mode "${mode}" is not known.`);
  const pads = call.opset < 11 ? (call.ints('pads') ?? call.ints('paddings')) : call.elements(1);
  if (shape === undefined) return [{ shape }];
  const listed = call.opset >= 18 && call.has(3) ? call.numbers(3) : [...shape.keys()];
  if (pads === undefined || listed === undefined) return [{ shape: shape.map((): Dimension => undefined) }];
  const axes = call.axes(listed, shape.length);
  if (pads.length !== 2 * axes.length) call.fail(`pads must have ${2 * axes.length} entries, it has ${pads.length}.`);
  const padded = [...shape];
  for (const [i, axis] of axes.entries()) {
    const length = [pads[i], pads[i + axes.length]].reduce(sumOf, shape[axis]);
    if (typeof length === 'number' && length < 0)
      call.fail(`pads leave ${length} of axis ${axis} of ${call.describe(0)}.`);
    padded[axis] = length;
  }
  return [{ shape: padded }];
}

function inferBlocks(call: NodeCall, toDepth: boolean): Inferred[] {
  const shape = call.ranked(0, 4);
  const size = call.int('blocksize');
  if (!Number.isSafeInteger(size) || size < 1) call.fail(`blocksize ${size} must be at least 1.`);
  if (shape === undefined) return [{ shape: [undefined, undefined, undefined, undefined] }];
  const divided = (length: Dimension, by: number, what: string): Dimension => {
    if (typeof length === 'number' && length % by !== 0)
      call.fail(`${what} of ${call.describe(0)} cannot be divided by ${by}.`);
    return mapLength(length, (value) => value / by);
  };
  const times = (length: Dimension, by: number): Dimension => mapLength(length, (value) => value * by);
  const [batch, channels, height, width] = shape;
  if (toDepth) {
    return [
      {
        shape: [
          batch,
          times(channels, size * size),
          divided(height, size, 'the height'),
          divided(width, size, 'the width'),
        ],
      },
    ];
  }
  return [{ shape: [batch, divided(channels, size * size, 'the channels'), times(height, size), times(width, size)] }];
}

/** Operators that join, cut and move elements. */
export const arranging = {
  Concat: operator({
    inputs: ['...inputs: T'],
    outputs: ['joined: T'],
    types: { T: anyType },
    attributes: { axis: required('int') },
    infer: inferConcat,
  }),
  Split: operator({
    inputs: ['input: T', 'split?: int64'],
    outputs: ['...outputs: T'],
    types: { T: anyType },
    attributes: { axis: int(0), split: ints(undefined, { until: 12 }), num_outputs: int(undefined, { since: 18 }) },
    infer: inferSplit,
  }),
  Slice: operator({
    inputs: ['data: T', 'starts?: I', 'ends?: I', 'axes?: I', 'steps?: I'],
    outputs: ['output: T'],
    types: { T: anyType, I: ['int64', 'int32'] },
    attributes: {
      axes: ints(undefined, { until: 9 }),
      starts: ints(undefined, { until: 9 }),
      ends: ints(undefined, { until: 9 }),
    },
    infer: inferSlice,
  }),
  Pad: operator({
    inputs: ['data: T', 'pads?: int64', 'constant_value?: T', 'axes?: I'],
    outputs: ['output: T'],
    types: { T: anyType, I: ['int64', 'int32'] },
    attributes: {
      mode: string('constant'),
      pads: ints(undefined, { until: 10 }),
      paddings: ints(undefined, { until: 1 }),
      value: float(undefined, { until: 10 }),
    },
    infer: inferPad,
  }),
  DepthToSpace: operator({
    inputs: ['input: T'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { blocksize: required('int'), mode: string('DCR') },
    infer: (call) => inferBlocks(call, false),
  }),
  SpaceToDepth: operator({
    inputs: ['input: T'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { blocksize: required('int') },
    infer: (call) => inferBlocks(call, true),
  }),
};
