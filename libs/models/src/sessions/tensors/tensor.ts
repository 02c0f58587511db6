/** The array that holds each element type's values. */
export interface ElementArrays {
  float32: Float32Array;
  float64: Float64Array;
  /** The bits of IEEE 754 half precision: Node 20 has no Float16Array. */
  float16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  /** 0 or 1. */
  bool: Uint8Array;
  string: readonly string[];
}

/** The element types that the runtime's binding takes and gives. */
export type RuntimeElementType = keyof ElementArrays;

/** Values in row-major order under their dims; `Tensor<'int64'>` is one with a known element type. */
export type Tensor<E extends RuntimeElementType = RuntimeElementType> = {
  readonly [K in E]: {
    readonly elementType: K;
    /** Lengths, outermost first; empty for a scalar. */
    readonly dims: readonly number[];
    readonly data: ElementArrays[K];
  };
}[E];

/** Tensors by the name of a model's input or output. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Constructors of the typed arrays, by element type. */
export const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** Whether the runtime's binding has this element type. */
export const isRuntimeElementType = (name: string): name is RuntimeElementType =>
  name === 'string' || Object.hasOwn(arrayTypes, name);

/** The number of elements under these dims; 1 for a scalar's none. */
export const nElements = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);

/** A tensor from its parts, as an expression; nothing is copied or checked. */
export function tensor<E extends RuntimeElementType>(
  elementType: E,
  data: ElementArrays[E],
  dims: readonly number[],
): Tensor<E> {
  // The mapped type is one of exactly this form for each E.
  return { elementType, dims, data };
}

/** A tensor of zeros (false, empty strings). */
export function zeros(elementType: RuntimeElementType, dims: readonly number[]): Tensor {
  const length = nElements(dims);
  if (elementType === 'string') return tensor('string', new Array<string>(length).fill(''), dims);
  return tensor(elementType, new arrayTypes[elementType](length), dims);
}

/**
 * The tensor of this name, with its element type known to the compiler.
 * @throws Error where there is none, or it has another element type
 */
export function tensorNamed<E extends RuntimeElementType>(tensors: NamedTensors, name: string, elementType: E): Tensor<E> {
  const found = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (!found) throw new Error(`there is no tensor ${name}; there are: ${Object.keys(tensors).join(', ') || 'none'}`);
  if (found.elementType !== elementType) throw new Error(`${name} is ${found.elementType}, not ${elementType}`);
  // The comparison above is what the type says.
  return found as Tensor<E>;
}
