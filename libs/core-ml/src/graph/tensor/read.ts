import type { ElementType, TensorData } from '../model.js';
import { bitsPerElement, elementCount } from '../element-size.js';
import { fromBfloat16, fromFloat16 } from './float16.js';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const arrays: Readonly<Partial<Record<ElementType, new (b: ArrayBufferLike, at: number, n: number) => TypedArray>>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
};

/**
 * The elements as stored: half-precision numbers as their bits. A view where the bytes are aligned, else a copy.
 * @returns undefined for strings, external data and types without a typed array
 * @throws RangeError when there are fewer bytes than the shape needs
 */
export function storedElements({ elementType, dims, content }: TensorData): TypedArray | undefined {
  const kind = arrays[elementType];
  if (content.kind !== 'bytes' || kind === undefined) return undefined;
  const size = bitsPerElement[elementType] / 8;
  const count = elementCount(dims);
  if (content.bytes.byteLength !== count * size) {
    throw new RangeError(
      `A ${elementType} tensor [${dims.join(', ')}] takes ${count * size} bytes; it has ${content.bytes.byteLength}.`,
    );
  }
  const bytes = content.bytes.byteOffset % size === 0 ? content.bytes : new Uint8Array(content.bytes);
  return new kind(bytes.buffer, bytes.byteOffset, count);
}

/**
 * The elements as numbers. 64-bit integers beyond 2^53 lose their last digits.
 * @returns undefined for strings and for external data
 */
export function numbersOf(data: TensorData): Exclude<TypedArray, BigInt64Array | BigUint64Array> | undefined {
  const stored = storedElements(data);
  if (stored === undefined) return undefined;
  if (data.elementType === 'float16') return Float32Array.from(stored as Uint16Array, fromFloat16);
  if (data.elementType === 'bfloat16') return Float32Array.from(stored as Uint16Array, fromBfloat16);
  if (stored instanceof BigInt64Array || stored instanceof BigUint64Array)
    return Float64Array.from(stored as BigInt64Array, Number);
  return stored;
}
