import type { Dimension, ElementType, NamedType, TensorType } from '../model.js';
import { dimensionFields, shapeFields, tensorTypeFields, typeFields, valueFields } from './fields.js';
import { elementTypeOf } from './read-tensor.js';
import type { WireReader } from './wire-reader.js';

const otherTypes: ReadonlyMap<number, string> = new Map([
  [typeFields.sequence, 'a sequence'],
  [typeFields.map, 'a map'],
  [typeFields.opaque, 'opaque'],
  [typeFields.sparseTensor, 'a sparse tensor'],
  [typeFields.optional, 'optional'],
]);

/** A value as a file declares it: a tensor's type, something else, or nothing but the name. */
export interface DeclaredValue {
  readonly name: string;
  readonly type?: TensorType;
  /** What it is where it is not a tensor. */
  readonly other?: string;
}

/** Reads a ValueInfoProto. */
export function readDeclaredValue(reader: WireReader): DeclaredValue {
  let name = '';
  let type: Omit<DeclaredValue, 'name'> = {};
  reader.charge(150);
  while (reader.next()) {
    if (reader.field === valueFields.name) name = reader.string();
    else if (reader.field === valueFields.type) type = readType(reader.message('type'));
    else reader.skip();
  }
  if (name === '') reader.fail('a value is declared without a name');
  return { name, ...type };
}

/** A declared value as an input or output of a graph, which must be a tensor. */
export function asNamedType(value: DeclaredValue, reader: WireReader): NamedType {
  if (value.other !== undefined) reader.fail(`'${value.name}' is ${value.other}; only tensors go in and out`);
  return { name: value.name, elementType: value.type?.elementType ?? 'undefined', shape: value.type?.shape };
}

function readType(reader: WireReader): Omit<DeclaredValue, 'name'> {
  let type: Omit<DeclaredValue, 'name'> = {};
  while (reader.next()) {
    const other = otherTypes.get(reader.field);
    if (reader.field === typeFields.tensor) type = { type: readTensorType(reader.message('tensor type')) };
    else {
      if (other !== undefined) type = { other };
      reader.skip();
    }
  }
  return type;
}

function readTensorType(reader: WireReader): TensorType {
  let elementType: ElementType = 'undefined';
  let shape: Dimension[] | undefined;
  while (reader.next()) {
    if (reader.field === tensorTypeFields.elementType) elementType = elementTypeOf(reader.integer(), reader);
    else if (reader.field === tensorTypeFields.shape) shape = readShape(reader.message('shape'));
    else reader.skip();
  }
  return { elementType, shape };
}

function readShape(reader: WireReader): Dimension[] {
  const shape: Dimension[] = [];
  while (reader.next()) {
    if (reader.field !== shapeFields.dimension) {
      reader.skip();
      continue;
    }
    reader.charge(16);
    shape.push(readDimension(reader.message('dimension', shape.length)));
  }
  return shape;
}

/** A length; a name; or unknown, which some writers say by an empty name or a negative length. */
function readDimension(reader: WireReader): Dimension {
  let dimension: Dimension;
  while (reader.next()) {
    if (reader.field === dimensionFields.value) dimension = reader.integer();
    else if (reader.field === dimensionFields.name) dimension = reader.string();
    else reader.skip();
  }
  return dimension === '' || (typeof dimension === 'number' && dimension < 0) ? undefined : dimension;
}
