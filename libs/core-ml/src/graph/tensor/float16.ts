/**
 * IEEE 754 binary16 and bfloat16 (the upper half of binary32) to and from numbers.
 * Node 20 has no Float16Array.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** All 65,536 half-precision values by their bits; made on first use. */
let halves: Float32Array | undefined;

/** @param half bits of a binary16 number, 0 to 65535 */
export function fromFloat16(half: number): number {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, index) => decodeFloat16(index));
  return halves[half]!;
}

function decodeFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds to the nearest binary16 number, ties to even; beyond 65519 becomes infinity. */
export function toFloat16(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and more
  if (magnitude < 0x38800000) {
    // Below 2^-14 the spacing of half precision is constant: 2^-24.
    return sign | roundHalfEven(Math.abs(float[0]) * 2 ** 24);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** @param half bits of a bfloat16 number, 0 to 65535 */
export function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return float[0]!;
}

/** Rounds to the nearest bfloat16 number, ties to even. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}
