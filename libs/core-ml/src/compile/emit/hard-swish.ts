import { float32 } from '../../graph/tensor/create.js';
import { broadcast, unary } from './broadcast.js';
import { clip } from './clip.js';
import { scaleChannels } from './convolution.js';

import type { NhwcEmitter } from './emitter.js';
import { isConstant, shapeOf, type Located, type Operand } from './located.js';

/** x * clip(x + 3, 0, 6) / 6. */
export function hardSwish(emitter: NhwcEmitter, x: Operand): Located {
  return scaledHardSwish(emitter, x, 1 / 6) ?? unary(emitter, 'HardSwish', x);
}

/**
 * x * clip(x + 3, 0, 6) * scale for images: the gate is a depthwise convolution of one pixel with a clip, which ONNX
 * Runtime computes in the blocks of channels in which it keeps images from one convolution to the next.
 */
function scaledHardSwish(emitter: NhwcEmitter, x: Operand, scale: number): Located | undefined {
  const channels = shapeOf(x)?.[3];
  if (isConstant(x) || x.layout !== 'NCHW' || typeof channels !== 'number' || !(scale > 0)) return undefined;
  const gate = scaleChannels(emitter, x, {
    scale: float32([channels], new Float32Array(channels).fill(scale)),
    offset: float32([channels], new Float32Array(channels).fill(3 * scale)),
  });
  const factors = [x, clip(emitter, gate, 0, Math.fround(6 * scale))];
  return broadcast(emitter, factors, (values) => emitter.op('Mul', values));
}

/** Recognises a product that is a hard swish written out, in any order of its factors. */
export function hardSwishOf(emitter: NhwcEmitter, a: Operand, b: Operand): Located | undefined {
  return gatedBy(emitter, a, b) ?? gatedBy(emitter, b, a);
}

/** Where `gate` is clip(x + 3, 0, 6) and `other` is x or a multiple of it, say x / 6. */
function gatedBy(emitter: NhwcEmitter, gate: Operand, other: Operand): Located | undefined {
  if (isConstant(gate) || isConstant(other)) return undefined;
  const clipped = emitter.originOf(gate.value);
  if (clipped?.kind !== 'clip' || clipped.min !== 0 || clipped.max !== 6) return undefined;
  const shifted = emitter.originOf(clipped.source);
  if (shifted?.kind !== 'affine' || shifted.scale !== 1 || shifted.shift !== 3) return undefined;
  const { source } = shifted;
  if (other.value === source.value) return scaledHardSwish(emitter, source, 1);
  const multiple = emitter.originOf(other.value);
  if (multiple?.kind !== 'affine' || multiple.shift !== 0 || multiple.source.value !== source.value) return undefined;
  return scaledHardSwish(emitter, source, multiple.scale);
}
