import type { Dimension } from '../model.js';
import { anyType, float, floats, int, ints, operator, string, type Inferred } from './definition.js';
import { broadcastDimension, conflict, mapLength, writtenShape } from './dimensions.js';
import type { Shape } from './known.js';
import type { NodeCall } from './node-call.js';
import { numbersOf } from '../tensor/read.js';
import { checkedLengths } from './constants.js';

function inferExpand(call: NodeCall): Inferred[] {
  call.ranked(1, 1);
  const shape = call.shape(0);
  const elements = call.elements(1);
  if (shape === undefined || elements === undefined) {
    const count = call.shape(1)?.[0];
    const rank =
      typeof count === 'number' && shape !== undefined && count <= 64 ? Math.max(count, shape.length) : undefined;
    return [{ shape: rank === undefined ? undefined : new Array<Dimension>(rank).fill(undefined) }];
  }
  const wanted = checkedLengths(call, 1, elements);
  const rank = Math.max(shape.length, wanted.length);
  const own = (list: Shape, axis: number): Dimension =>
    axis < rank - list.length ? 1 : list[axis - (rank - list.length)];
  const wide = Array.from({ length: rank }, (_, axis): Dimension => {
    const length = broadcastDimension(own(shape, axis), own(wanted, axis));
    return length === conflict ? call.fail(`${call.describe(0)} does not expand to ${writtenShape(wanted)}.`) : length;
  });
  return [{ shape: wide }];
}

function inferTile(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const repeats = call.elements(1);
  if (shape === undefined) return [{ shape }];
  if (repeats === undefined) return [{ shape: shape.map((): Dimension => undefined) }];
  if (repeats.length !== shape.length)
    call.fail(`${call.describe(1)} must have ${shape.length} entries for ${call.describe(0)}.`);
  checkedLengths(call, 1, repeats);
  const tiled = shape.map((length, axis): Dimension => {
    const times = repeats[axis];
    if (times === 1) return length;
    if (length === 1) return times;
    return typeof times === 'number' ? mapLength(length, (value) => value * times) : undefined;
  });
  return [{ shape: tiled }];
}

/** What Resize reads where: version 10 had only scales; 11 put the region of interest before them. */
function resizeInputs(call: NodeCall): { scales: number; sizes: number } {
  return call.op === 'Upsample' || call.opset < 11 ? { scales: 1, sizes: 3 } : { scales: 2, sizes: 3 };
}

function listedScales(call: NodeCall, input: number): readonly number[] | undefined {
  const written = call.op === 'Upsample' ? call.floats('scales') : undefined;
  const data = call.inputs[input]?.data;
  const numbers = data === undefined ? undefined : numbersOf(data);
  return written ?? (numbers === undefined ? undefined : Array.from(numbers.subarray(0, 1024)));
}

function inferResize(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  if (shape === undefined) return [{ shape }];
  const { scales, sizes } = resizeInputs(call);
  const axes = call.axes(call.ints('axes') ?? [...shape.keys()], shape.length);
  const wantsSizes = call.has(sizes) && call.shape(sizes)?.[0] !== 0;
  const resized = wantsSizes ? call.elements(sizes) : scaledLengths(call, shape, axes, listedScales(call, scales));
  if (resized === undefined)
    return [{ shape: shape.map((length, axis) => (axes.includes(axis) ? undefined : length)) }];
  if (resized.length !== axes.length)
    call.fail(`${resized.length} lengths are given for ${axes.length} axes of ${call.describe(0)}.`);
  if (wantsSizes) checkedLengths(call, sizes, resized);
  const kept = wantsSizes ? keptRatio(call, shape, axes, resized) : resized;
  return [{ shape: shape.map((length, axis) => (axes.includes(axis) ? kept[axes.indexOf(axis)] : length)) }];
}

function scaledLengths(
  call: NodeCall,
  shape: Shape,
  axes: readonly number[],
  scales: readonly number[] | undefined,
): Shape | undefined {
  return scales?.map((scale, i): Dimension => {
    if (!(scale > 0)) return call.fail(`a scale of ${scale} must be more than 0.`);
    const length = shape[axes[i] ?? -1];
    return scale === 1 ? length : mapLength(length, (value) => Math.floor(value * scale));
  });
}

/** Since version 18 the sizes may be limits between which the ratio of the axes is kept. */
function keptRatio(call: NodeCall, shape: Shape, axes: readonly number[], sizes: Shape): Shape {
  const policy = call.string('keep_aspect_ratio_policy');
  if (policy === 'stretch') return sizes;
  const ratios = axes.map((axis, i) => {
    const [length, size] = [shape[axis], sizes[i]];
    return typeof length === 'number' && typeof size === 'number' ? size / length : NaN;
  });
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return axes.map((axis) =>
    Number.isNaN(ratio) ? undefined : mapLength(shape[axis], (length) => Math.round(ratio * length)),
  );
}

/** Operators that repeat or interpolate elements. */
export const widening = {
  Expand: operator({
    inputs: ['input: T', 'shape: int64'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: {},
    infer: inferExpand,
  }),
  Tile: operator({
    inputs: ['input: T', 'repeats: int64'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: {},
    infer: inferTile,
  }),
  Resize: operator({
    inputs: ['X: T', 'roi?: any', 'scales?: float32', 'sizes?: int64'],
    outputs: ['Y: T'],
    types: { T: anyType },
    attributes: {
      antialias: int(0, { since: 18 }),
      axes: ints(undefined, { since: 18 }),
      coordinate_transformation_mode: string('half_pixel', { since: 11 }),
      cubic_coeff_a: float(-0.75, { since: 11 }),
      exclude_outside: int(0, { since: 11 }),
      extrapolation_value: float(0, { since: 11 }),
      keep_aspect_ratio_policy: string('stretch', { since: 18 }),
      mode: string('nearest'),
      nearest_mode: string('round_prefer_floor', { since: 11 }),
    },
    infer: inferResize,
  }),
  Upsample: operator({
    inputs: ['X: T', 'scales?: float32'],
    outputs: ['Y: T'],
    types: { T: anyType },
    attributes: { mode: string('nearest'), scales: floats({ until: 8 }), keep_aspect_ratio_policy: string('stretch') },
    infer: inferResize,
  }),
};
