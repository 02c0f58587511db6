/**
 * An ONNX model in memory: ONNX's own structure (https://onnx.ai/onnx/repo-docs/IR.html) in plain types. Data is readonly;
 * a change makes a new graph and shares what it did not touch.
 */
export interface OnnxModel {
  readonly irVersion: number;
  /** Version of each operator set by domain; `''` is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: Graph;
  /** Operators that the model itself defines by other operators. */
  readonly functions?: readonly ModelFunction[];
}

/** An operator defined inside a model: nodes that stand for a node of this name. It sees nothing of the graph around it. */
export interface ModelFunction {
  readonly domain: string;
  readonly name: string;
  readonly opsets: ReadonlyMap<string, number>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names of attributes that a node must give, and those with a default. */
  readonly attributes: readonly string[];
  readonly defaults: ReadonlyMap<string, Attribute>;
  readonly nodes: readonly GraphNode[];
  readonly values: ReadonlyMap<string, TensorType>;
}

export interface Graph {
  readonly name: string;
  /** In an order in which each node follows those that it reads. */
  readonly nodes: readonly GraphNode[];
  /** Constant tensors by the name of their value. */
  readonly initialisers: ReadonlyMap<string, TensorData>;
  /** What a caller gives; initialisers are not listed. */
  readonly inputs: readonly NamedType[];
  readonly outputs: readonly NamedType[];
  /** What is known of values between nodes. */
  readonly values: ReadonlyMap<string, TensorType>;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `''` is ONNX's own operator set. */
  readonly domain: string;
  /** Names of values; `''` stands for an optional input that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: TensorData }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensors'; readonly value: readonly TensorData[] }
  | { readonly kind: 'graphs'; readonly value: readonly Graph[] }
  /** Only in functions: the attribute `value` of the node that calls, of the kind `of`. */
  | { readonly kind: 'reference'; readonly of: Exclude<AttributeKind, 'reference'>; readonly value: string };
export type AttributeKind = Attribute['kind'];

/**
 * Element types by ONNX's number (onnx.proto, TensorProto.DataType); those without a typed array keep raw bytes.
 * Elements of 4 bits lie two in a byte, the first in the lower half. `undefined` is never a constant's type: it is what
 * an output may have, and the inputs of inner graphs, where the file does not say.
 */
export const elementTypes = {
  undefined: 0,
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
} as const;
export type ElementType = keyof typeof elementTypes;

/** A length, a name that stands for one (`'batch'`), or undefined where nothing is known. */
export type Dimension = number | string | undefined;

export interface TensorType {
  readonly elementType: ElementType;
  /** Outermost first; undefined where not even the rank is known. */
  readonly shape: readonly Dimension[] | undefined;
}

export interface NamedType extends TensorType {
  readonly name: string;
}

/**
 * A constant tensor: little-endian bytes in row-major order, strings, or where its bytes lie outside the model's file.
 * Bytes may be a view at any offset, aligned or not.
 */
export interface TensorData {
  readonly elementType: ElementType;
  readonly dims: readonly number[];
  readonly content:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'strings'; readonly strings: readonly string[] }
    | { readonly kind: 'external'; readonly location: string; readonly offset: number; readonly length: number };
}
