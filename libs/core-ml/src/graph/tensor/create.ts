import type { ElementType, TensorData } from '../model.js';
import { elementCount } from '../element-size.js';
import { toBfloat16, toFloat16 } from './float16.js';

/** Elements in row-major order. Numbers for 64-bit integers must be safe integers. */
export type Elements = ArrayLike<number> | ArrayLike<bigint>;

type NumberArray =
  Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

const numberArrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;

/**
 * A constant tensor. A typed array of the element type's own kind is used in place, not copied.
 * @throws RangeError when there are more or fewer elements than the shape holds
 */
export function tensor(elementType: ElementType, dims: readonly number[], elements: Elements): TensorData {
  const count = elementCount(dims);
  if (elements.length !== count) {
    throw new RangeError(`A tensor [${dims.join(', ')}] holds ${count} elements; ${elements.length} were given.`);
  }
  return { elementType, dims, content: { kind: 'bytes', bytes: bytesOf(elementType, elements) } };
}

function bytesOf(elementType: ElementType, elements: Elements): Uint8Array {
  switch (elementType) {
    case 'string':
      throw new TypeError('A tensor of strings is made by strings().');
    case 'int64':
    case 'uint64':
      return viewOf(wideIntegers(elementType, elements));
    case 'float16':
      return viewOf(Uint16Array.from(numbers(elements), toFloat16));
    case 'bfloat16':
      return viewOf(Uint16Array.from(numbers(elements), toBfloat16));
    default: {
      if (!isNumberType(elementType)) throw new TypeError(`A ${elementType} tensor cannot be made of numbers.`);
      const kind = numberArrays[elementType];
      return viewOf(elements instanceof kind ? elements : kind.from(numbers(elements)));
    }
  }
}

function isNumberType(elementType: ElementType): elementType is keyof typeof numberArrays {
  return elementType in numberArrays;
}

function wideIntegers(elementType: 'int64' | 'uint64', elements: Elements): BigInt64Array | BigUint64Array {
  const kind = elementType === 'int64' ? BigInt64Array : BigUint64Array;
  if (elements instanceof kind) return elements;
  const wide = new kind(elements.length);
  for (let i = 0; i < wide.length; i++) wide[i] = BigInt(elements[i]!);
  return wide;
}

function numbers(elements: Elements): ArrayLike<number> {
  return typeof elements[0] === 'bigint'
    ? Array.from(elements as ArrayLike<bigint>, Number)
    : (elements as ArrayLike<number>);
}

function viewOf(array: NumberArray | BigInt64Array | BigUint64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export const float32 = (dims: readonly number[], elements: Elements): TensorData => tensor('float32', dims, elements);
export const float64 = (dims: readonly number[], elements: Elements): TensorData => tensor('float64', dims, elements);
export const float16 = (dims: readonly number[], elements: Elements): TensorData => tensor('float16', dims, elements);
export const int8 = (dims: readonly number[], elements: Elements): TensorData => tensor('int8', dims, elements);
export const uint8 = (dims: readonly number[], elements: Elements): TensorData => tensor('uint8', dims, elements);
export const int32 = (dims: readonly number[], elements: Elements): TensorData => tensor('int32', dims, elements);
export const int64 = (dims: readonly number[], elements: Elements): TensorData => tensor('int64', dims, elements);
/** Zero is false, all else true. */
export const booleans = (dims: readonly number[], elements: Elements): TensorData =>
  tensor(
    'bool',
    dims,
    Uint8Array.from(numbers(elements), (element) => (element ? 1 : 0)),
  );

export function strings(dims: readonly number[], elements: readonly string[]): TensorData {
  const count = elementCount(dims);
  if (elements.length !== count) {
    throw new RangeError(`A tensor [${dims.join(', ')}] holds ${count} elements; ${elements.length} were given.`);
  }
  return { elementType: 'string', dims, content: { kind: 'strings', strings: elements } };
}

/** A list of integers as ONNX wants shapes, axes, starts and repeats: int64, one-dimensional. */
export const integers = (values: readonly number[]): TensorData => int64([values.length], values);

/** One number without dimensions. */
export const scalar = (elementType: ElementType, value: number): TensorData => tensor(elementType, [], [value]);
