import type { Dimension } from '../model.js';
import { int, ints, numeric, operator, type Inferred, type TypeSet } from './definition.js';
import { productOf } from './dimensions.js';
import type { NodeCall } from './node-call.js';

/** Axes come as an attribute up to a version of the operator, as an input from then on. */
function reducedAxes(call: NodeCall): readonly number[] | 'all' | 'none' | undefined {
  const written = call.ints('axes');
  const given = call.has(1);
  const axes = given ? call.numbers(1) : (written ?? []);
  if (axes === undefined) return undefined;
  if (axes.length > 0) return axes;
  return (call.optionalInt('noop_with_empty_axes') ?? 0) !== 0 ? 'none' : 'all';
}

function inferReduction(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const keep = call.flag('keepdims');
  const axes = reducedAxes(call);
  if (axes === 'none') return [{ shape }];
  if (shape === undefined) return [{ shape: axes === 'all' && !keep ? [] : undefined }];
  if (axes === undefined) return [{ shape: keep ? shape.map((): Dimension => undefined) : undefined }];
  const reduced = new Set(axes === 'all' ? shape.keys() : call.axes(axes, shape.length));
  const kept = shape.flatMap((length, axis) => (reduced.has(axis) ? (keep ? [1] : []) : [length]));
  return [{ shape: kept, elements: reducedElements(call) }];
}

/** The number of elements of a shape, as exporters compute it. */
function reducedElements(call: NodeCall): readonly Dimension[] | undefined {
  const elements = call.op === 'ReduceProd' ? call.elements(0) : undefined;
  if (elements === undefined || call.shape(0)?.length !== 1) return undefined;
  return [productOf(elements)];
}

/** @param axesInputSince version of the operator set in which the axes became an input */
const reduction = (axesInputSince: number, types: TypeSet = numeric) =>
  operator({
    inputs: ['data: T', 'axes?: int64'],
    outputs: ['reduced: T'],
    types: { T: types },
    attributes: {
      axes: ints(undefined, { until: axesInputSince - 1 }),
      keepdims: int(1),
      noop_with_empty_axes: int(0, { since: axesInputSince }),
    },
    infer: inferReduction,
  });

const extreme = operator({
  inputs: ['data: T'],
  outputs: ['reduced: int64'],
  types: { T: numeric },
  attributes: { axis: int(0), keepdims: int(1), select_last_index: int(0, { since: 12 }) },
  infer(call) {
    const shape = call.shape(0);
    if (shape === undefined) return [{ shape }];
    const axis = call.axis(call.int('axis'), shape.length);
    return [{ shape: call.flag('keepdims') ? shape.with(axis, 1) : shape.toSpliced(axis, 1) }];
  },
});

export const reductions = {
  ReduceSum: reduction(13),
  ReduceMean: reduction(18),
  ReduceMax: reduction(18, [...numeric, 'bool']),
  ReduceMin: reduction(18, [...numeric, 'bool']),
  ReduceProd: reduction(18),
  ReduceL1: reduction(18),
  ReduceL2: reduction(18),
  ReduceSumSquare: reduction(18),
  ReduceLogSum: reduction(18),
  ReduceLogSumExp: reduction(18),
  ArgMax: extreme,
  ArgMin: extreme,
};
