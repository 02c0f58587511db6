import type { AttributeValues, Value } from '../../graph/builder/index.js';
import type { TensorData } from '../../graph/model.js';
import type { OperatorName } from '../../graph/operators/table.js';
import { scalar } from '../../graph/tensor/create.js';
import type { NhwcEmitter } from './emitter.js';
import { hardSwishOf } from './hard-swish.js';
import { elementTypeOf, isConstant, isSingle, rankOf, type Layout, type Located, type Operand } from './located.js';

/** Applies an ONNX operator that reads each element on its own, in whichever order the operand lies. */
export function unary(
  emitter: NhwcEmitter,
  operator: OperatorName,
  x: Operand,
  attributes: AttributeValues = {},
): Located {
  const layout = isConstant(x) ? 'plain' : x.layout;
  return { value: emitter.op(operator, [emitter.inLayout(x, layout)], attributes), layout };
}

/** Applies an ONNX operator that broadcasts two operands, as TensorFlow does with its own order of axes. */
export function binary(emitter: NhwcEmitter, operator: OperatorName, a: Operand, b: Operand): Located {
  const swish = operator === 'Mul' ? hardSwishOf(emitter, a, b) : undefined;
  if (swish !== undefined) return swish;
  const result = broadcast(emitter, [a, b], (values) => emitter.op(operator, values));
  noteAffine(emitter, operator, a, b, result);
  return result;
}

/** Remembers sums with and multiples by a constant number, which patterns such as hard swish consist of. */
function noteAffine(emitter: NhwcEmitter, operator: OperatorName, a: Operand, b: Operand, result: Located): void {
  const [source, constant] = isConstant(b) ? [a, b] : [b, a];
  if (isConstant(source) || !isConstant(constant) || constant.dims.some((length) => length !== 1)) return;
  if (constant.dims.length > (rankOf(source) ?? 0) || elementTypeOf(source) !== 'float32') return;
  const number = emitter.numbers(constant)?.[0] ?? NaN;
  if (operator === 'Add') emitter.setOrigin(result.value, { kind: 'affine', source, scale: 1, shift: number });
  if (operator === 'Mul') emitter.setOrigin(result.value, { kind: 'affine', source, scale: number, shift: 0 });
}

/** Applies an ONNX operator that broadcasts any number of operands (Where, Sum, Max, ...). */
export function broadcast(
  emitter: NhwcEmitter,
  operands: readonly Operand[],
  apply: (values: Value[]) => Value,
): Located {
  const layout = commonLayout(operands);
  return { value: apply(operands.map((operand) => broadcastValue(emitter, operand, layout))), layout };
}

/** Channels first if some operand lies so already and every other one can follow without a change of its meaning. */
function commonLayout(operands: readonly Operand[]): Layout {
  const some = operands.some((operand) => !isConstant(operand) && operand.layout === 'NCHW');
  return some && operands.every(canBeChannelsFirst) ? 'NCHW' : 'plain';
}

function canBeChannelsFirst(operand: Operand): boolean {
  const rank = rankOf(operand);
  if (rank === undefined || rank > 4) return false;
  return isConstant(operand) || rank === 4 || isSingle(operand);
}

function broadcastValue(emitter: NhwcEmitter, operand: Operand, layout: Layout): Value {
  if (layout === 'plain') return emitter.plain(operand);
  if (isConstant(operand)) return emitter.broadcastConstant(operand);
  return operand.layout === 'plain' && isSingle(operand) ? operand.value : emitter.channelsFirst(operand);
}

/**
 * Limits each element to [min, max]. Of several clips in a row only the last is emitted, with the limits of all, and a
 * Relu before it counts as one.
 */
export function clip(emitter: NhwcEmitter, x: Operand, min: number, max: number): Located {
  const layout = isConstant(x) ? 'plain' : x.layout;
  const given = emitter.inLayout(x, layout);
  const origin = emitter.originOf(given);
  const before = origin?.kind === 'clip' ? origin : { source: given, min: -Infinity, max: Infinity };
  // Clipping to [a, b] and then to [c, d] ends within [c, d] also where the two do not meet.
  const limits = {
    min: Math.min(Math.max(before.min, min), max),
    max: Math.max(Math.min(before.max, max), min),
  };
  const value = emitClip(emitter, before.source, limits, elementTypeOf(x));
  emitter.setOrigin(value, { kind: 'clip', source: before.source, ...limits });
  return { value, layout };
}

function emitClip(
  emitter: NhwcEmitter,
  source: Value,
  { min, max }: { min: number; max: number },
  elementType: TensorData['elementType'],
): Value {
  if (min === 0 && max === Infinity) return emitter.op('Relu', [source]);
  const limit = (bound: number): Value | undefined =>
    Number.isFinite(bound) ? emitter.graph.constant(scalar(elementType, bound)) : undefined;
  const upper = limit(max);
  return emitter.op('Clip', upper === undefined ? [source, limit(min)] : [source, limit(min), upper]);
}

export function relu(emitter: NhwcEmitter, x: Operand): Located {
  return clip(emitter, x, 0, Infinity);
}

export function relu6(emitter: NhwcEmitter, x: Operand): Located {
  return clip(emitter, x, 0, 6);
}

/** The smaller of two; a clip where one is a constant scalar. */
export function minimum(emitter: NhwcEmitter, a: Operand, b: Operand): Located {
  return limitBy(emitter, a, b, (x, bound) => clip(emitter, x, -Infinity, bound)) ?? binary(emitter, 'Min', a, b);
}

/** The larger of two; a clip where one is a constant scalar. */
export function maximum(emitter: NhwcEmitter, a: Operand, b: Operand): Located {
  return limitBy(emitter, a, b, (x, bound) => clip(emitter, x, bound, Infinity)) ?? binary(emitter, 'Max', a, b);
}

function limitBy(
  emitter: NhwcEmitter,
  a: Operand,
  b: Operand,
  limit: (x: Operand, bound: number) => Located,
): Located | undefined {
  for (const [x, bound] of [
    [a, b],
    [b, a],
  ] as const) {
    if (isConstant(x) || !isConstant(bound) || !isSingle(bound) || bound.dims.length > (rankOf(x) ?? 0)) continue;
    const [number] = emitter.numbers(bound) ?? [];
    if (number !== undefined && Number.isFinite(number)) return limit(x, number);
  }
  return undefined;
}
