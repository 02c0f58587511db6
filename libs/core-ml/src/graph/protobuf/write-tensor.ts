import { elementTypes, type NamedType, type TensorData } from '../model.js';
import {
  dimensionFields,
  entryFields,
  shapeFields,
  tensorFields,
  tensorTypeFields,
  typeFields,
  valueFields,
} from './fields.js';
import { WireWriter } from './wire-writer.js';

/** Writes a TensorProto; elements go into raw_data whatever their type. */
export function writeTensor(name: string, tensor: TensorData): WireWriter {
  const writer = new WireWriter();
  const { content } = tensor;
  writer.integers(tensorFields.dims, tensor.dims);
  writer.integer(tensorFields.elementType, elementTypes[tensor.elementType]);
  if (content.kind === 'strings') for (const text of content.strings) writer.string(tensorFields.stringData, text);
  writer.nonEmpty(tensorFields.name, name);
  if (content.kind === 'bytes') writer.bytes(tensorFields.rawData, content.bytes);
  if (content.kind === 'external') {
    writer.message(tensorFields.externalData, writeEntry('location', content.location));
    writer.message(tensorFields.externalData, writeEntry('offset', `${content.offset}`));
    writer.message(tensorFields.externalData, writeEntry('length', `${content.length}`));
    writer.integer(tensorFields.dataLocation, 1);
  }
  return writer;
}

/** Writes a StringStringEntryProto. */
export function writeEntry(key: string, value: string): WireWriter {
  const writer = new WireWriter();
  writer.string(entryFields.key, key);
  writer.string(entryFields.value, value);
  return writer;
}

/** Writes a ValueInfoProto. */
export function writeNamedType({ name, elementType, shape }: NamedType): WireWriter {
  const value = new WireWriter();
  value.string(valueFields.name, name);
  if (elementType === 'undefined' && shape === undefined) return value;
  const tensor = new WireWriter();
  tensor.nonZero(tensorTypeFields.elementType, elementTypes[elementType]);
  if (shape !== undefined) {
    const shapeWriter = new WireWriter();
    for (const length of shape) {
      const dimension = new WireWriter();
      if (typeof length === 'number') dimension.integer(dimensionFields.value, length);
      else if (length !== undefined) dimension.string(dimensionFields.name, length);
      shapeWriter.message(shapeFields.dimension, dimension);
    }
    tensor.message(tensorTypeFields.shape, shapeWriter);
  }
  const type = new WireWriter();
  type.message(typeFields.tensor, tensor);
  value.message(valueFields.type, type);
  return value;
}
