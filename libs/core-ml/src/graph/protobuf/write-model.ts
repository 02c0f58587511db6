import { ModelFormatError } from '../model-format-error.js';
import type { ModelFunction, OnnxModel } from '../model.js';
import { functionFields, modelFields, opsetFields } from './fields.js';
import { writeAttribute, writeGraph, writeNode } from './write-graph.js';
import { writeEntry, writeNamedType } from './write-tensor.js';
import { WireWriter } from './wire-writer.js';

/** Protobuf's own limit for a message, which other readers keep. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Writes an ONNX file: the same model gives the same bytes, and `readModel` gives the same model. Tensors are written as
 * raw bytes.
 * @throws ModelFormatError where a tensor's content does not fit its shape, and where the file would be larger than 2 GiB:
 *   `collectExternalData` takes the weights out first
 */
export function writeModel(model: OnnxModel): Uint8Array {
  const writer = new WireWriter();
  writer.integer(modelFields.irVersion, model.irVersion);
  writer.nonEmpty(modelFields.producerName, model.producerName);
  writer.nonEmpty(modelFields.producerVersion, model.producerVersion);
  writer.message(modelFields.graph, writeGraph(model.graph, model.irVersion < 4));
  writeOpsets(writer, modelFields.opset, model.opsets);
  for (const [key, value] of model.metadata) writer.message(modelFields.metadata, writeEntry(key, value));
  for (const definition of model.functions ?? []) writer.message(modelFields.function, writeFunction(definition));
  if (writer.byteLength <= MAX_BYTES) return writer.finish();
  throw new ModelFormatError(`the file would have ${writer.byteLength} bytes, more than ${MAX_BYTES}`);
}

function writeOpsets(writer: WireWriter, field: number, opsets: ReadonlyMap<string, number>): void {
  for (const [domain, version] of opsets) {
    const opset = new WireWriter();
    opset.nonEmpty(opsetFields.domain, domain);
    opset.integer(opsetFields.version, version);
    writer.message(field, opset);
  }
}

function writeFunction(definition: ModelFunction): WireWriter {
  const writer = new WireWriter();
  writer.string(functionFields.name, definition.name);
  for (const input of definition.inputs) writer.string(functionFields.input, input);
  for (const output of definition.outputs) writer.string(functionFields.output, output);
  for (const name of definition.attributes) writer.string(functionFields.attribute, name);
  for (const node of definition.nodes) writer.message(functionFields.node, writeNode(node));
  writeOpsets(writer, functionFields.opset, definition.opsets);
  writer.nonEmpty(functionFields.domain, definition.domain);
  for (const [name, attribute] of definition.defaults) {
    writer.message(functionFields.default, writeAttribute(name, attribute));
  }
  for (const [name, type] of definition.values) {
    writer.message(functionFields.value, writeNamedType({ name, ...type }));
  }
  return writer;
}
