import type { Value } from '../../graph/builder/index.js';
import type { ElementType } from '../../graph/model.js';
import { scalar } from '../../graph/tensor/create.js';
import type { NhwcEmitter } from './emitter.js';
import { elementTypeOf, isConstant, type Located, type Operand } from './located.js';

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
  elementType: ElementType,
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
