import type { ElementType } from './model.js';

/** Bits that an element takes in a constant's bytes; 0 where it has no bytes (strings, and types not known). */
export const bitsPerElement: Readonly<Record<ElementType, number>> = {
  undefined: 0,
  float32: 32,
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  int32: 32,
  int64: 64,
  string: 0,
  bool: 8,
  float16: 16,
  float64: 64,
  uint32: 32,
  uint64: 64,
  complex64: 64,
  complex128: 128,
  bfloat16: 16,
  float8e4m3fn: 8,
  float8e4m3fnuz: 8,
  float8e5m2: 8,
  float8e5m2fnuz: 8,
  uint4: 4,
  int4: 4,
  float4e2m1: 4,
};

/** How many elements a tensor of these lengths has; 1 for a scalar, which has no lengths. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, length) => product * length, 1);
}

/** Bytes of a tensor of these lengths in a constant's content. */
export function byteLengthOf(elementType: ElementType, dims: readonly number[]): number {
  return Math.ceil((elementCount(dims) * bitsPerElement[elementType]) / 8);
}
