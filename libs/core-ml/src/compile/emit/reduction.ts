import { float32, scalar } from '../../graph/tensor/create.js';
import { binary } from './elementwise.js';
import type { NhwcEmitter } from './emitter.js';
import { elementTypeOf, isConstant, shapeOf, type Located, type Operand } from './located.js';
import { squeeze } from './shape.js';

export type Reduction = 'ReduceMean' | 'ReduceSum' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd' | 'ReduceL2';

/** Reduces the given axes (TensorFlow's order) to one number each; all axes where the list is empty. */
export function reduce(
  emitter: NhwcEmitter,
  reduction: Reduction,
  x: Operand,
  axes: readonly number[],
  keepDims: boolean,
): Located {
  const rank = emitter.fixedRank(x);
  const chosen = axes.length === 0 ? Array.from({ length: rank }, (_, axis) => axis) : axes;
  const positive = chosen.map((axis) => (axis < 0 ? axis + rank : axis));
  const layout = isConstant(x) ? 'plain' : x.layout;
  const spatial = rank === 4 && positive.length === 2 && positive.includes(1) && positive.includes(2);
  if (spatial && elementTypeOf(x) === 'float32' && (reduction === 'ReduceMean' || reduction === 'ReduceMax')) {
    return reduceImage(emitter, reduction, x, keepDims);
  }
  const held = emitter.axesIn(x, positive).sort((a, b) => a - b);
  // What remains lies in the same order in both layouts when the channels go, or height and width do.
  const sameOrder = positive.includes(3) || (positive.includes(1) && positive.includes(2));
  const ordered = layout === 'plain' || keepDims || sameOrder;
  const source = ordered ? emitter.inLayout(x, layout) : emitter.plain(x);
  const axesToReduce = ordered ? held : [...positive].sort((a, b) => a - b);
  const value = emitReduction(emitter, reduction, source, axesToReduce, keepDims);
  return { value, layout: layout === 'NCHW' && keepDims ? 'NCHW' : 'plain' };
}

function reduceImage(emitter: NhwcEmitter, reduction: Reduction, x: Operand, keepDims: boolean): Located {
  const operator = reduction === 'ReduceMean' ? 'GlobalAveragePool' : 'GlobalMaxPool';
  const pooled: Located = { value: emitter.op(operator, [emitter.channelsFirst(x)]), layout: 'NCHW' };
  return keepDims ? pooled : squeeze(emitter, pooled, [1, 2]);
}

/** Until operator set 18 only ReduceSum takes its axes as an input. */
function emitReduction(
  emitter: NhwcEmitter,
  reduction: Reduction,
  source: Located['value'],
  axes: readonly number[],
  keepDims: boolean,
): Located['value'] {
  const keepdims = keepDims ? 1 : 0;
  return reduction === 'ReduceSum'
    ? emitter.op(reduction, [source, emitter.integers(axes)], { keepdims })
    : emitter.op(reduction, [source], { axes, keepdims });
}

/** exp(x) over the sum of exp along an axis. */
export function softmax(
  emitter: NhwcEmitter,
  x: Operand,
  axis = -1,
  operator: 'Softmax' | 'LogSoftmax' = 'Softmax',
): Located {
  const [held] = emitter.axesIn(x, [axis]);
  const layout = isConstant(x) ? 'plain' : x.layout;
  return { value: emitter.op(operator, [emitter.inLayout(x, layout)], { axis: held! }), layout };
}

/** The int32 index of the largest or smallest element along an axis, the first of equals. */
export function argument(emitter: NhwcEmitter, operator: 'ArgMax' | 'ArgMin', x: Operand, axis: number): Located {
  const rank = emitter.fixedRank(x);
  const positive = axis < 0 ? axis + rank : axis;
  const index = emitter.op(operator, [emitter.plain(x)], { axis: positive, keepdims: 0 });
  return { value: emitter.cast(index, 'int32'), layout: 'plain' };
}

/** Normalisation with fixed statistics, one of each per channel (the last axis). */
export interface BatchNormalisation {
  readonly mean: Operand;
  readonly variance: Operand;
  /** @default 1 */
  readonly scale?: Operand;
  /** @default 0 */
  readonly offset?: Operand;
  readonly epsilon: number;
}

/** (x - mean) / sqrt(variance + epsilon) * scale + offset along the last axis. */
export function batchNorm(emitter: NhwcEmitter, x: Operand, normalisation: BatchNormalisation): Located {
  const { mean, variance, scale, offset, epsilon } = normalisation;
  const channels = shapeOf(mean)?.[0];
  const image = shapeOf(x)?.length === 4;
  if (typeof channels !== 'number' || !image) return normaliseByHand(emitter, x, normalisation);
  const fill = (value: number): Operand => float32([channels], new Float32Array(channels).fill(value));
  const parameters = [scale ?? fill(1), offset ?? fill(0), mean, variance].map((operand) => emitter.plain(operand));
  const value = emitter.op('BatchNormalization', [emitter.channelsFirst(x), ...parameters], { epsilon });
  return { value, layout: 'NCHW' };
}

function normaliseByHand(emitter: NhwcEmitter, x: Operand, normalisation: BatchNormalisation): Located {
  const { mean, variance, scale, offset, epsilon } = normalisation;
  const centred = binary(emitter, 'Sub', x, mean);
  const shifted = binary(emitter, 'Add', variance, scalar('float32', epsilon));
  const deviation: Located = { value: emitter.op('Sqrt', [emitter.plain(shifted)]), layout: 'plain' };
  const normalised = binary(emitter, 'Div', centred, deviation);
  const scaled = scale === undefined ? normalised : binary(emitter, 'Mul', normalised, scale);
  return offset === undefined ? scaled : binary(emitter, 'Add', scaled, offset);
}
