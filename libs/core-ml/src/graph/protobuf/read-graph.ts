import type { Attribute, Graph, GraphNode, NamedType, TensorData, TensorType } from '../model.js';
import { graphFields, nodeFields } from './fields.js';
import { readAttribute } from './read-attribute.js';
import { readTensor } from './read-tensor.js';
import { asNamedType, readDeclaredValue, type DeclaredValue } from './read-type.js';
import type { WireReader } from './wire-reader.js';

/** Graphs inside graphs inside graphs: deeper than any real one, far from where the stack ends. */
const MAX_GRAPH_DEPTH = 32;

/**
 * Reads a GraphProto.
 * @param depth how many graphs are around it
 */
export function readGraph(reader: WireReader, depth = 0): Graph {
  if (depth > MAX_GRAPH_DEPTH) reader.fail(`graphs are nested more than ${MAX_GRAPH_DEPTH} deep`);
  reader.charge(500);
  let name = '';
  const nodes: GraphNode[] = [];
  const initialisers = new Map<string, TensorData>();
  const inputs: NamedType[] = [];
  const outputs: NamedType[] = [];
  const values = new Map<string, TensorType>();
  while (reader.next()) {
    switch (reader.field) {
      case graphFields.node:
        nodes.push(readNode(reader.message('node', nodes.length), depth));
        break;
      case graphFields.name:
        name = reader.string();
        break;
      case graphFields.initialiser:
        addInitialiser(reader.message('initialiser', initialisers.size), initialisers);
        break;
      case graphFields.input:
        inputs.push(readEnd(reader.message('input', inputs.length)));
        break;
      case graphFields.output:
        outputs.push(readEnd(reader.message('output', outputs.length)));
        break;
      case graphFields.value:
        addValue(readDeclaredValue(reader.message('value', values.size)), values);
        break;
      case graphFields.sparseInitialiser:
        reader.fail('sparse initialisers are not read');
        break;
      default:
        reader.skip();
    }
  }
  // Files before IR version 4 list every initialiser as an input, too; as a value to be overridden we do not offer it.
  const given = inputs.filter((input) => !initialisers.has(input.name));
  return { name, nodes, initialisers, inputs: given, outputs, values };
}

/** Reads a NodeProto. */
export function readNode(reader: WireReader, depth: number): GraphNode {
  reader.charge(300);
  let name = '';
  let op = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  while (reader.next()) {
    switch (reader.field) {
      case nodeFields.input:
        inputs.push(reader.string());
        break;
      case nodeFields.output:
        outputs.push(reader.string());
        break;
      case nodeFields.name:
        name = reader.string();
        break;
      case nodeFields.op:
        op = reader.string();
        break;
      case nodeFields.domain:
        domain = plainDomain(reader.string());
        break;
      case nodeFields.attribute:
        addAttribute(reader.message('attribute', attributes.size), attributes, depth);
        break;
      case nodeFields.overload:
        if (reader.string() !== '') reader.fail('nodes that choose between overloaded functions are not read');
        break;
      default:
        reader.skip();
    }
  }
  if (op === '') reader.fail('a node names no operator');
  return { name, op, domain, inputs, outputs, attributes };
}

/** Reads an attribute into a map; a name may come once. */
export function addAttribute(reader: WireReader, into: Map<string, Attribute>, depth: number): void {
  const { name, attribute } = readAttribute(reader, (inner) => readGraph(inner, depth + 1));
  if (into.has(name)) reader.fail(`attribute '${name}' is there twice`);
  into.set(name, attribute);
}

/** ONNX's own operator set has two names: the empty one and this. */
export function plainDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/** Adds a value's type where the file states one of a tensor; types of sequences and the like are left to the runtime. */
export function addValue(value: DeclaredValue, into: Map<string, TensorType>): void {
  if (value.type !== undefined) into.set(value.name, value.type);
}

function readEnd(reader: WireReader): NamedType {
  return asNamedType(readDeclaredValue(reader), reader);
}

function addInitialiser(reader: WireReader, into: Map<string, TensorData>): void {
  const { name, tensor } = readTensor(reader);
  if (name === '') reader.fail('an initialiser has no name');
  if (into.has(name)) reader.fail(`initialiser '${name}' is there twice`);
  into.set(name, tensor);
}
