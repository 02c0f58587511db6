import { float32 } from '../../graph/tensor/create.js';
import { scaleChannels } from './convolution.js';
import { binary, broadcast, clip, unary } from './elementwise.js';
import type { NhwcEmitter } from './emitter.js';
import { isConstant, shapeOf, type Located, type Operand } from './located.js';

/**
 * x * clip(x + 3, 0, 6) / 6.
 *
 * For images the gate is a depthwise convolution of one pixel with a clip, which ONNX Runtime computes in its blocks of
 * channels like the convolutions around it.
 */
export function hardSwish(emitter: NhwcEmitter, x: Operand): Located {
  const channels = shapeOf(x)?.[3];
  if (isConstant(x) || x.layout !== 'NCHW' || typeof channels !== 'number') return unary(emitter, 'HardSwish', x);
  const fill = (value: number): Float32Array => new Float32Array(channels).fill(value);
  const gate = scaleChannels(emitter, x, {
    scale: float32([channels], fill(1 / 6)),
    offset: float32([channels], fill(0.5)),
  });
  return broadcast(emitter, [x, clip(emitter, gate, 0, 1)], (values) => emitter.op('Mul', values));
}

/** Recognises a product that is a hard swish written out, in any order of its factors. */
export function hardSwishOf(emitter: NhwcEmitter, a: Operand, b: Operand): Located | undefined {
  return gatedBy(emitter, a, b) ?? gatedBy(emitter, b, a);
}

/** Where `gate` is clip(x + 3, 0, 6) and `other` is x or a multiple of it. */
function gatedBy(emitter: NhwcEmitter, gate: Operand, other: Operand): Located | undefined {
  if (isConstant(gate) || isConstant(other)) return undefined;
  const clipped = emitter.originOf(gate.value);
  if (clipped?.kind !== 'clip' || clipped.min !== 0 || clipped.max !== 6) return undefined;
  const shifted = emitter.originOf(clipped.source);
  if (shifted?.kind !== 'affine' || shifted.scale !== 1 || shifted.shift !== 3) return undefined;
  const multiple = emitter.originOf(other.value);
  const x = shifted.source;
  if (other.value === x.value) return scaled(emitter, hardSwish(emitter, x), 6);
  if (multiple?.kind !== 'affine' || multiple.shift !== 0 || multiple.source.value !== x.value) return undefined;
  // Float32 constants of one sixth differ from 1 / 6 in their last digits.
  const factor = Math.abs(multiple.scale * 6 - 1) < 1e-6 ? 1 : multiple.scale * 6;
  return scaled(emitter, hardSwish(emitter, x), factor);
}

function scaled(emitter: NhwcEmitter, x: Located, factor: number): Located {
  return factor === 1 ? x : binary(emitter, 'Mul', x, float32([], [factor]));
}
