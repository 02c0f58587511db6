import type { Value } from '../../graph/builder/index.js';
import { UnsupportedUseError } from '../errors.js';
import { staticShapeOf, type NhwcEmitter } from './emitter.js';
import { isConstant, rankOf, shapeOf, type Layout, type Located, type Operand } from './located.js';
import { channelsFirstOrder, channelsLastOrder } from './located.js';

/**
 * Gives a tensor another shape without moving its elements (in TensorFlow's order).
 *
 * @param shape lengths, one of which may be -1 and follows from the others; or a computed list of them
 */
export function reshape(emitter: NhwcEmitter, x: Operand, shape: readonly number[] | Operand): Located {
  const lengths = Array.isArray(shape) ? (shape as readonly number[]) : knownLengths(emitter, shape as Operand);
  if (lengths === undefined) {
    const target = emitter.cast(emitter.plain(shape as Operand), 'int64');
    return plain(emitter.op('Reshape', [emitter.plain(x), target]));
  }
  if (keepsShape(x, lengths) && !isConstant(x)) return x;
  if (!isConstant(x) && x.layout === 'NCHW') return reshapeImage(emitter, x, lengths);
  return rearranged(emitter, x, emitReshape(emitter, emitter.plain(x), lengths));
}

/**
 * The result of an operation that keeps all elements in TensorFlow's order: where it has the shape of the tensor that a
 * chain of such operations began with, it is that tensor.
 */
function rearranged(emitter: NhwcEmitter, x: Operand, value: Value): Located {
  const root = emitter.rootOf(x);
  if (root === undefined) return plain(value);
  const [before, after] = [shapeOf(root), value.type.shape];
  const same =
    before?.length === after?.length &&
    before?.every((length, axis) => length !== undefined && length === after?.[axis]);
  if (same === true) return root;
  emitter.setRoot(value, root);
  return plain(value);
}

/** A computed shape of which all lengths but one are known says as much as one with -1 in that place. */
function knownLengths(emitter: NhwcEmitter, shape: Operand): readonly number[] | undefined {
  if (isConstant(shape)) return emitter.numbers(shape);
  const lengths = shape.value.elements?.map((length) => (typeof length === 'number' ? length : -1));
  return lengths !== undefined && lengths.filter((length) => length === -1).length <= 1 ? lengths : undefined;
}

/** An image of one pixel has the same elements in either order; any other one is transposed first. */
function reshapeImage(emitter: NhwcEmitter, x: Located, lengths: readonly number[]): Located {
  const [, height, width, channels] = shapeOf(x) ?? [];
  if (height === 1 && width === 1) {
    const [batch, ...others] = lengths;
    if (others.length === 3 && others[0] === 1 && others[1] === 1) {
      return { value: emitReshape(emitter, x.value, [batch!, others[2]!, 1, 1]), layout: 'NCHW' };
    }
    return rearranged(emitter, x, emitReshape(emitter, x.value, lengths));
  }
  const value = emitReshape(emitter, emitter.plain(x), lengths);
  if (typeof height === 'number' && typeof width === 'number' && typeof channels === 'number' && lengths.length === 2) {
    const count = height * width * channels;
    const rows = lengths[1] === count || (lengths[1] === -1 && lengths[0] === shapeOf(x)?.[0]);
    if (rows) emitter.setOrigin(value, { kind: 'flattened', source: x.value, lengths: [height, width, channels] });
  }
  return rearranged(emitter, x, value);
}

/** Whether the tensor has exactly this shape already. */
function keepsShape(x: Operand, lengths: readonly number[]): boolean {
  const shape = shapeOf(x);
  if (shape?.length !== lengths.length) return false;
  const unknown = lengths.filter((length, axis) => length === -1 || shape[axis] !== length);
  return unknown.length === 0 || (unknown.length === 1 && unknown[0] === -1);
}

/** Zero is a length in TensorFlow; to ONNX it would mean 'as before' without `allowzero`. */
export function emitReshape(emitter: NhwcEmitter, value: Value, lengths: readonly number[]): Value {
  return emitter.op('Reshape', [value, emitter.integers(lengths)], lengths.includes(0) ? { allowzero: 1 } : {});
}

/** Removes axes of length one; all of them where `axes` is empty. */
export function squeeze(emitter: NhwcEmitter, x: Operand, axes: readonly number[]): Located {
  const shape = shapeOf(x);
  const chosen =
    axes.length > 0
      ? axes.map((axis) => (axis < 0 ? axis + emitter.fixedRank(x) : axis))
      : shape?.flatMap((length, axis) => (length === 1 ? [axis] : []));
  if (chosen === undefined) throw new UnsupportedUseError('the axes to squeeze are not known');
  if (chosen.length === 0 && !isConstant(x)) return x;
  // Without its height and width an image lies in the same order in both layouts, so that no transpose is needed.
  const direct = !isConstant(x) && x.layout === 'NCHW' && shape?.[1] === 1 && shape[2] === 1;
  const inPlace = direct && chosen.includes(1) && chosen.includes(2);
  const value = inPlace ? x.value : emitter.plain(x);
  const held = inPlace ? emitter.axesIn(x, chosen) : chosen;
  return rearranged(emitter, x, emitter.op('Squeeze', [value, emitter.integers([...held].sort((a, b) => a - b))]));
}

/** Inserts an axis of length one before `axis` (negative: counted from the end of the result). */
export function expandDims(emitter: NhwcEmitter, x: Operand, axis: number): Located {
  return rearranged(emitter, x, emitter.op('Unsqueeze', [emitter.plain(x), emitter.integers([axis])]));
}

/** Reorders axes: axis i of the result is axis `order[i]` of x. Image orders change the layout instead of the data. */
export function transpose(emitter: NhwcEmitter, x: Operand, order: readonly number[]): Located {
  const positive = order.map((axis) => (axis < 0 ? axis + order.length : axis));
  if (!isConstant(x) && positive.every((axis, index) => axis === index)) return x;
  if (!isConstant(x) && x.layout === 'NCHW') {
    if (isOrder(positive, channelsFirstOrder)) return plain(x.value);
    const composed = positive.map((axis) => channelsLastOrder[axis]!);
    return plain(emitter.op('Transpose', [x.value], { perm: composed }));
  }
  if (!isConstant(x) && isOrder(positive, channelsLastOrder)) return { value: x.value, layout: 'NCHW' };
  return plain(emitter.op('Transpose', [emitter.plain(x)], { perm: positive }));
}

function isOrder(order: readonly number[], other: readonly number[]): boolean {
  return order.length === other.length && order.every((axis, index) => axis === other[index]);
}

/** Joins tensors along an axis; as images if one of them lies so. */
export function concat(emitter: NhwcEmitter, operands: readonly Operand[], axis: number): Located {
  const layout = imageLayout(operands);
  const [first] = operands;
  if (first === undefined) throw new UnsupportedUseError('a concatenation of nothing');
  if (operands.length === 1 && !isConstant(first)) return first;
  const held = axisIn(emitter, operands.find((operand) => rankOf(operand) !== undefined) ?? first, axis, layout);
  const values = operands.map((operand) => emitter.inLayout(operand, layout));
  return { value: emitter.op('Concat', values, { axis: held }), layout };
}

/** Joins tensors of one shape along a new axis. */
export function stack(emitter: NhwcEmitter, operands: readonly Operand[], axis: number): Located {
  const expanded = operands.map((operand) => expandDims(emitter, operand, axis));
  if (expanded.length === 1) return expanded[0]!;
  return plain(
    emitter.op(
      'Concat',
      expanded.map((operand) => operand.value),
      { axis },
    ),
  );
}

/** Cuts a tensor along an axis into parts of the given lengths. */
export function split(emitter: NhwcEmitter, x: Operand, axis: number, lengths: readonly number[]): Located[] {
  const layout = layoutOf(x);
  const held = axisIn(emitter, x, axis, layout);
  const inputs = [emitter.inLayout(x, layout), emitter.integers(lengths)];
  return emitter.ops('Split', lengths.length, inputs, { axis: held }).map((value) => ({ value, layout }));
}

/** The parts of a tensor along an axis, without that axis. */
export function unstack(emitter: NhwcEmitter, x: Operand, axis: number): Located[] {
  const rank = emitter.fixedRank(x);
  const positive = axis < 0 ? axis + rank : axis;
  const count = shapeOf(x)?.[positive];
  if (typeof count !== 'number') throw new UnsupportedUseError('the number of parts to unpack is not known');
  const parts =
    count === 1
      ? [x]
      : split(
          emitter,
          x,
          positive,
          Array.from({ length: count }, () => 1),
        );
  return parts.map((part) => squeeze(emitter, part, [positive]));
}

/** One range per axis of TensorFlow's order; a step of -1 or less walks backwards. */
export interface Range {
  readonly axis: number;
  readonly start: number;
  /** Exclusive; may lie beyond the end. */
  readonly end: number;
  readonly step: number;
}

/** Takes ranges of a tensor, in the order in which it lies. */
export function slice(emitter: NhwcEmitter, x: Operand, ranges: readonly Range[]): Located {
  if (ranges.length === 0 && !isConstant(x)) return x;
  const layout = layoutOf(x);
  const axes = ranges.map(({ axis }) => axisIn(emitter, x, axis, layout));
  const inputs = [
    emitter.inLayout(x, layout),
    emitter.integers(ranges.map(({ start }) => start)),
    emitter.integers(ranges.map(({ end }) => end)),
    emitter.integers(axes),
    emitter.integers(ranges.map(({ step }) => step)),
  ];
  return { value: emitter.op('Slice', inputs), layout };
}

/** Repeats a tensor along each axis of TensorFlow's order. */
export function tile(emitter: NhwcEmitter, x: Operand, repeats: readonly number[]): Located {
  const layout = layoutOf(x);
  const held = layout === 'NCHW' ? channelsFirstOrder.map((axis) => repeats[axis]!) : repeats;
  return { value: emitter.op('Tile', [emitter.inLayout(x, layout), emitter.integers(held)]), layout };
}

/**
 * Puts elements around a tensor.
 *
 * @param paddings [before, after] for each axis of TensorFlow's order
 * @param mode     'constant' with `value`, or 'reflect', which mirrors without repeating the border
 */
export function pad(
  emitter: NhwcEmitter,
  x: Operand,
  paddings: readonly (readonly [number, number])[],
  { mode = 'constant', value = 0 }: { mode?: 'constant' | 'reflect'; value?: number } = {},
): Located {
  if (!isConstant(x) && paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const layout = imagePadding(paddings) ? 'NCHW' : layoutOf(x);
  const held = layout === 'NCHW' ? channelsFirstOrder.map((axis) => paddings[axis]!) : paddings;
  const pads = [...held.map(([before]) => before), ...held.map(([, after]) => after)];
  const source = emitter.inLayout(x, layout);
  const fill = value === 0 ? [] : [emitter.scalarLike(x, value)];
  const padded = emitter.op('Pad', [source, emitter.integers(pads), ...fill], { mode });
  if (layout === 'NCHW' && imagePadding(paddings) && mode === 'constant' && value === 0) {
    const [, [top, bottom], [left, right]] = paddings as [unknown, [number, number], [number, number]];
    emitter.setOrigin(padded, { kind: 'spatial zeros', source, pads: [top, left, bottom, right] });
  }
  return { value: padded, layout };
}

/** Whether only the height and width of an image are padded, as before a convolution. */
function imagePadding(paddings: readonly (readonly [number, number])[]): boolean {
  if (paddings.length !== 4) return false;
  return [0, 3].every((axis) => paddings[axis]![0] === 0 && paddings[axis]![1] === 0);
}

function plain(value: Value): Located {
  return { value, layout: 'plain' };
}

function layoutOf(x: Operand): Layout {
  return isConstant(x) ? 'plain' : x.layout;
}

function imageLayout(operands: readonly Operand[]): Layout {
  const some = operands.some((operand) => layoutOf(operand) === 'NCHW');
  return some && operands.every((operand) => rankOf(operand) === 4) ? 'NCHW' : 'plain';
}

/** The axis that holds TensorFlow's `axis` once the operand lies in `layout`. */
function axisIn(emitter: NhwcEmitter, x: Operand, axis: number, layout: Layout): number {
  const rank = emitter.fixedRank(x);
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw new UnsupportedUseError(`there is no axis ${axis} of ${rank}`);
  return layout === 'NCHW' ? channelsLastOrder[positive]! : positive;
}

/** The shape as a list of int32, known while compiling where every length is. */
export function shapeList(emitter: NhwcEmitter, x: Operand): Located | readonly number[] {
  const fixed = staticShapeOf(x);
  if (fixed !== undefined) return fixed;
  const given = isConstant(x) ? emitter.plain(x) : x.value;
  const shape = emitter.op('Shape', [given]);
  const ordered = layoutOf(x) === 'NCHW' ? emitter.op('Gather', [shape, emitter.integers(channelsLastOrder)]) : shape;
  return plain(emitter.cast(ordered, 'int32'));
}
