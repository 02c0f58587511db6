import type { OperatorName } from '../../graph/operators/table.js';
import { broadcast } from './broadcast.js';
import { clip } from './clip.js';
import type { NhwcEmitter } from './emitter.js';
import { hardSwishOf } from './hard-swish.js';
import { elementTypeOf, isConstant, isSingle, rankOf, type Located, type Operand } from './located.js';

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
