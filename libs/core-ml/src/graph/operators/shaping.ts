import type { Dimension } from '../model.js';
import { anyType, int, ints, operator, type Inferred } from './definition.js';
import { mayEqual, productOf, writtenShape } from './dimensions.js';
import type { Shape } from './known.js';
import type { NodeCall } from './node-call.js';

/** Rank of the result when only the length of the shape's list is known. */
function rankOf(call: NodeCall, input: number): Shape | undefined {
  const count = call.shape(input)?.[0];
  return typeof count === 'number' && count <= 64 ? new Array<Dimension>(count).fill(undefined) : undefined;
}

function inferReshape(call: NodeCall): Inferred[] {
  const data = call.shape(0);
  const listed = call.opset < 5 ? call.ints('shape') : call.elements(1);
  if (call.opset >= 5) call.ranked(1, 1);
  if (listed === undefined) return [{ shape: call.opset < 5 ? undefined : rankOf(call, 1) }];
  const keepsZero = call.flag('allowzero');
  const wanted = listed.map((length, axis): Dimension => {
    if (length !== 0 || keepsZero) return length;
    if (data !== undefined && axis >= data.length) {
      return call.fail(`a 0 at axis ${axis} of the shape copies a length that ${call.describe(0)} does not have.`);
    }
    return data?.[axis];
  });
  return [{ shape: filled(call, data, wanted), elements: reshapedElements(call, wanted) }];
}

/** Replaces -1 by what is left and compares the number of elements. */
function filled(call: NodeCall, data: Shape | undefined, wanted: Shape): Shape {
  const open = wanted.flatMap((length, axis) => (length === -1 ? [axis] : []));
  const bad = wanted.find((length) => typeof length === 'number' && !(Number.isSafeInteger(length) && length >= -1));
  if (bad !== undefined) call.fail(`the shape ${writtenShape(wanted)} asks for a length of ${bad}.`);
  if (open.length > 1) call.fail(`the shape ${writtenShape(wanted)} has more than one -1.`);
  const [left, right] = withoutCommon(
    data,
    wanted.filter((length) => length !== -1),
  );
  const total = left === undefined ? undefined : productOf(left);
  const rest = productOf(right);
  if (open.length === 0) {
    if (!mayEqual(total, rest)) call.fail(`${call.describe(0)} cannot become ${writtenShape(wanted)}.`);
    return solved(data, wanted);
  }
  if (typeof total === 'number' && typeof rest === 'number') {
    if (rest === 0 ? total !== 0 : total % rest !== 0)
      call.fail(`${call.describe(0)} cannot become ${writtenShape(wanted)}.`);
    return wanted.with(open[0]!, rest === 0 ? 0 : total / rest);
  }
  return wanted.with(open[0]!, remainder(left, rest));
}

/** What -1 stands for where a name is left: ['batch', 2, 4] becomes ['batch', 8] also when 8 is written and batch is not. */
function remainder(left: Shape | undefined, rest: Dimension): Dimension {
  if (left === undefined || typeof rest !== 'number') return undefined;
  const [name, ...others] = left.filter((length) => typeof length !== 'number');
  const product = productOf(left.filter((length) => typeof length === 'number'));
  if (product === rest && rest !== 0 && others.length === 0) return name;
  return rest === 1 ? productOf(left) : undefined;
}

/** One unknown length follows from the others when all else is known. */
function solved(data: Shape | undefined, wanted: Shape): Shape {
  const unknown = wanted.flatMap((length, axis) => (typeof length === 'number' ? [] : [axis]));
  const total = data === undefined ? undefined : productOf(data);
  const rest = productOf(wanted.filter((length) => typeof length === 'number'));
  if (unknown.length !== 1 || typeof total !== 'number' || typeof rest !== 'number' || rest === 0) return wanted;
  return total % rest === 0 ? wanted.with(unknown[0]!, total / rest) : wanted;
}

/** Names that stand on both sides cancel out, so that ['batch', 4, 2] becomes ['batch', 8] by -1. */
function withoutCommon(data: Shape | undefined, wanted: Shape): [Shape | undefined, Shape] {
  if (data === undefined) return [undefined, wanted];
  const left = [...data];
  const right = wanted.filter((length) => {
    const place = typeof length === 'string' ? left.indexOf(length) : -1;
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  return [left, right];
}

function reshapedElements(call: NodeCall, wanted: Shape): readonly Dimension[] | undefined {
  return wanted.length <= 1 ? call.elements(0) : undefined;
}

/** The axes of Squeeze and Unsqueeze: an attribute before version 13, an input since. */
function listedAxes(call: NodeCall): readonly number[] | undefined | 'unknown' {
  if (call.opset < 13) return call.ints('axes');
  if (!call.has(1)) return undefined;
  return call.numbers(1) ?? 'unknown';
}

function inferSqueeze(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const listed = listedAxes(call);
  if (shape === undefined || listed === 'unknown') return [{ shape: undefined }];
  if (listed === undefined && shape.some((length) => typeof length !== 'number')) return [{ shape: undefined }];
  const axes = new Set(
    listed === undefined
      ? shape.flatMap((length, axis) => (length === 1 ? [axis] : []))
      : call.axes(listed, shape.length),
  );
  for (const axis of axes) {
    if (!mayEqual(shape[axis], 1))
      call.fail(`axis ${axis} of ${call.describe(0)} has a length of ${shape[axis]}, not 1.`);
  }
  const elements = shape.length === 1 && axes.size === 1 ? call.elements(0)?.slice(0, 1) : undefined;
  return [{ shape: shape.filter((_, axis) => !axes.has(axis)), elements }];
}

function inferUnsqueeze(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const listed = listedAxes(call);
  if (listed === undefined) call.fail('the axes are missing.');
  if (shape === undefined || listed === 'unknown') return [{ shape: undefined }];
  const rank = shape.length + listed.length;
  const axes = new Set(call.axes(listed, rank));
  const rest = shape.values();
  const wider = Array.from({ length: rank }, (_, axis): Dimension => (axes.has(axis) ? 1 : rest.next().value));
  return [{ shape: wider, elements: rank === 1 ? call.elements(0) : undefined }];
}

function inferTranspose(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  const written = call.ints('perm');
  if (shape === undefined) return [{ shape: written?.map((): Dimension => undefined) }];
  const order = written === undefined ? [...shape.keys()].reverse() : call.axes(written, shape.length);
  if (order.length !== shape.length)
    call.fail(`perm [${order.join(', ')}] does not order the axes of ${call.describe(0)}.`);
  return [{ shape: order.map((axis) => shape[axis]) }];
}

function inferFlatten(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  if (shape === undefined) return [{ shape: [undefined, undefined] }];
  const written = call.int('axis');
  const axis = written < 0 ? written + shape.length : written;
  if (axis < 0 || axis > shape.length) call.fail(`axis ${written} does not exist in ${call.describe(0)}.`);
  return [{ shape: [productOf(shape.slice(0, axis)), productOf(shape.slice(axis))] }];
}

function inferShape(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  if (shape === undefined) return [{ shape: [undefined] }];
  const counted = (axis: number): number => Math.min(Math.max(axis < 0 ? axis + shape.length : axis, 0), shape.length);
  const part = shape.slice(counted(call.int('start')), counted(call.optionalInt('end') ?? shape.length));
  return [{ shape: [part.length], elements: part }];
}

/** Operators that arrange the same elements under another shape, and those that ask for it. */
export const shaping = {
  Reshape: operator({
    inputs: ['data: T', 'shape?: int64'],
    outputs: ['reshaped: T'],
    types: { T: anyType },
    attributes: { allowzero: int(0, { since: 14 }), shape: ints(undefined, { until: 4 }) },
    infer: inferReshape,
  }),
  Squeeze: operator({
    inputs: ['data: T', 'axes?: int64'],
    outputs: ['squeezed: T'],
    types: { T: anyType },
    attributes: { axes: ints(undefined, { until: 12 }) },
    infer: inferSqueeze,
  }),
  Unsqueeze: operator({
    inputs: ['data: T', 'axes?: int64'],
    outputs: ['expanded: T'],
    types: { T: anyType },
    attributes: { axes: ints(undefined, { until: 12 }) },
    infer: inferUnsqueeze,
  }),
  Flatten: operator({
    inputs: ['input: T'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { axis: int(1) },
    infer: inferFlatten,
  }),
  Transpose: operator({
    inputs: ['data: T'],
    outputs: ['transposed: T'],
    types: { T: anyType },
    attributes: { perm: ints() },
    infer: inferTranspose,
  }),
  Shape: operator({
    inputs: ['data: T'],
    outputs: ['shape: int64'],
    types: { T: anyType },
    attributes: { start: int(0, { since: 15 }), end: int(undefined, { since: 15 }) },
    infer: inferShape,
  }),
  Size: operator({
    inputs: ['data: T'],
    outputs: ['size: int64'],
    types: { T: anyType },
    attributes: {},
    infer(call) {
      const shape = call.shape(0);
      const size = shape === undefined ? undefined : productOf(shape);
      return [{ shape: [], elements: [size] }];
    },
  }),
};
