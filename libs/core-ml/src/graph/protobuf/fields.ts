/** Field numbers of ONNX's messages (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); those left out are not read. */
export const modelFields = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  graph: 7,
  opset: 8,
  metadata: 14,
  trainingInfo: 20,
  function: 25,
} as const;

export const opsetFields = { domain: 1, version: 2 } as const;

/** StringStringEntryProto, ONNX's substitute for a map. */
export const entryFields = { key: 1, value: 2 } as const;

export const graphFields = {
  node: 1,
  name: 2,
  initialiser: 5,
  input: 11,
  output: 12,
  value: 13,
  sparseInitialiser: 15,
} as const;

export const nodeFields = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7, overload: 8 } as const;

export const attributeFields = {
  name: 1,
  float: 2,
  int: 3,
  string: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  ints: 8,
  strings: 9,
  tensors: 10,
  graphs: 11,
  type: 14,
  types: 15,
  kind: 20,
  reference: 21,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;

/** AttributeProto.AttributeType of the kinds that are read, and the names of those that are not. */
export const attributeKinds = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const;
export const otherAttributeKinds: ReadonlyMap<number, string> = new Map([
  [11, 'a sparse tensor'],
  [12, 'sparse tensors'],
  [13, 'a type'],
  [14, 'types'],
]);

export const tensorFields = {
  dims: 1,
  elementType: 2,
  segment: 3,
  floatData: 4,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  externalData: 13,
  dataLocation: 14,
} as const;

/** ValueInfoProto, TypeProto, TypeProto.Tensor, TensorShapeProto and TensorShapeProto.Dimension. */
export const valueFields = { name: 1, type: 2 } as const;
export const typeFields = { tensor: 1, sequence: 4, map: 5, opaque: 7, sparseTensor: 8, optional: 9 } as const;
export const tensorTypeFields = { elementType: 1, shape: 2 } as const;
export const shapeFields = { dimension: 1 } as const;
export const dimensionFields = { value: 1, name: 2 } as const;

export const functionFields = {
  name: 1,
  input: 4,
  output: 5,
  attribute: 6,
  node: 7,
  opset: 9,
  domain: 10,
  default: 11,
  value: 12,
  overload: 13,
} as const;
