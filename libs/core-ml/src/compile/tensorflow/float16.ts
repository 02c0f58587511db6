/**
 * Widens IEEE 754 binary16 numbers, little-endian, to float32; exact, as every half is also a float.
 *
 * @param bytes two per number
 */
export function decodeFloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bits = new Uint32Array(bytes.length >> 1);
  for (let i = 0; i < bits.length; i++) bits[i] = widen(view.getUint16(2 * i, true));
  return new Float32Array(bits.buffer);
}

/** Bit pattern of a half to that of the float of the same value: 5 exponent bits with bias 15 become 8 with bias 127. */
function widen(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal half is fraction * 2^-24: its leading one, at bit `top`, becomes the implicit bit of a normal float.
  const top = 31 - Math.clz32(fraction);
  return sign | ((top + 103) << 23) | ((fraction << (23 - top)) & 0x7fffff);
}
