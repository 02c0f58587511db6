import { byteLengthOf, elementCount } from '../element-size.js';
import { ModelFormatError } from '../model-format-error.js';
import type { Attribute, Graph, GraphNode, TensorData } from '../model.js';
import { attributeFields, attributeKinds, graphFields, nodeFields } from './fields.js';
import { writeNamedType, writeTensor } from './write-tensor.js';
import { WireWriter } from './wire-writer.js';

/**
 * Writes a GraphProto.
 * @param initialisersAsInputs as IR versions before 4 demand of the model's graph
 */
export function writeGraph(graph: Graph, initialisersAsInputs = false): WireWriter {
  const writer = new WireWriter();
  for (const node of graph.nodes) writer.message(graphFields.node, writeNode(node));
  writer.nonEmpty(graphFields.name, graph.name);
  for (const [name, tensor] of graph.initialisers) {
    writer.message(graphFields.initialiser, checkedTensor(name, tensor));
  }
  for (const input of graph.inputs) writer.message(graphFields.input, writeNamedType(input));
  if (initialisersAsInputs) {
    for (const [name, { elementType, dims }] of graph.initialisers) {
      writer.message(graphFields.input, writeNamedType({ name, elementType, shape: dims }));
    }
  }
  for (const output of graph.outputs) writer.message(graphFields.output, writeNamedType(output));
  for (const [name, type] of graph.values) writer.message(graphFields.value, writeNamedType({ name, ...type }));
  return writer;
}

/** Writes a NodeProto. */
export function writeNode(node: GraphNode): WireWriter {
  const writer = new WireWriter();
  for (const input of node.inputs) writer.string(nodeFields.input, input);
  for (const output of node.outputs) writer.string(nodeFields.output, output);
  writer.nonEmpty(nodeFields.name, node.name);
  writer.string(nodeFields.op, node.op);
  for (const [name, attribute] of node.attributes) {
    writer.message(nodeFields.attribute, writeAttribute(name, attribute));
  }
  writer.nonEmpty(nodeFields.domain, node.domain);
  return writer;
}

/** Writes an AttributeProto. */
export function writeAttribute(name: string, attribute: Attribute): WireWriter {
  const writer = new WireWriter();
  writer.string(attributeFields.name, name);
  writeValue(writer, attribute);
  writer.integer(attributeFields.kind, attributeKinds[attribute.kind === 'reference' ? attribute.of : attribute.kind]);
  if (attribute.kind === 'reference') writer.string(attributeFields.reference, attribute.value);
  return writer;
}

function writeValue(writer: WireWriter, attribute: Attribute): void {
  switch (attribute.kind) {
    case 'float':
      return writer.float(attributeFields.float, attribute.value);
    case 'int':
      return writer.integer(attributeFields.int, attribute.value);
    case 'string':
      return writer.string(attributeFields.string, attribute.value);
    case 'tensor':
      return writer.message(attributeFields.tensor, checkedTensor('', attribute.value));
    case 'graph':
      return writer.message(attributeFields.graph, writeGraph(attribute.value));
    case 'floats':
      return writer.floats(attributeFields.floats, attribute.value);
    case 'ints':
      return writer.integers(attributeFields.ints, attribute.value);
    case 'strings':
      return attribute.value.forEach((text) => writer.string(attributeFields.strings, text));
    case 'tensors':
      return attribute.value.forEach((tensor) => writer.message(attributeFields.tensors, checkedTensor('', tensor)));
    case 'graphs':
      return attribute.value.forEach((graph) => writer.message(attributeFields.graphs, writeGraph(graph)));
    case 'reference':
      return;
  }
}

/** A tensor whose content has the size that its shape says: nothing else may be written. */
function checkedTensor(name: string, tensor: TensorData): WireWriter {
  const { elementType, dims, content } = tensor;
  const [needed, there] =
    content.kind === 'strings'
      ? [elementCount(dims), content.strings.length]
      : [byteLengthOf(elementType, dims), content.kind === 'bytes' ? content.bytes.length : content.length];
  if (elementType !== 'undefined' && needed === there && (elementType === 'string') === (content.kind === 'strings')) {
    return writeTensor(name, tensor);
  }
  throw new ModelFormatError(
    `tensor '${name}', ${elementType} [${dims.join(', ')}], has ${there} ${content.kind} where its shape needs ${needed}`,
  );
}
