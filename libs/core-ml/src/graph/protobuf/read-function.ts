import type { Attribute, GraphNode, ModelFunction, TensorType } from '../model.js';
import { functionFields, opsetFields } from './fields.js';
import { addAttribute, addValue, plainDomain, readNode } from './read-graph.js';
import { readDeclaredValue } from './read-type.js';
import type { WireReader } from './wire-reader.js';

/** A function while it is read. */
class FunctionParts {
  name = '';
  domain = '';
  readonly opsets = new Map<string, number>();
  readonly inputs: string[] = [];
  readonly outputs: string[] = [];
  readonly attributes: string[] = [];
  readonly defaults = new Map<string, Attribute>();
  readonly nodes: GraphNode[] = [];
  readonly values = new Map<string, TensorType>();
}

/** Reads a FunctionProto. */
export function readFunction(reader: WireReader): ModelFunction {
  reader.charge(500);
  const parts = new FunctionParts();
  while (reader.next()) readPart(reader, parts);
  if (parts.name === '') reader.fail('a function has no name');
  return { ...parts };
}

function readPart(reader: WireReader, parts: FunctionParts): void {
  switch (reader.field) {
    case functionFields.name:
      parts.name = reader.string();
      return;
    case functionFields.domain:
      parts.domain = plainDomain(reader.string());
      return;
    case functionFields.input:
      parts.inputs.push(reader.string());
      return;
    case functionFields.output:
      parts.outputs.push(reader.string());
      return;
    case functionFields.attribute:
      parts.attributes.push(reader.string());
      return;
    case functionFields.default:
      return addAttribute(reader.message('attribute', parts.defaults.size), parts.defaults, 1);
    case functionFields.node:
      parts.nodes.push(readNode(reader.message('node', parts.nodes.length), 1));
      return;
    case functionFields.opset:
      return addOpset(reader.message('operator set', parts.opsets.size), parts.opsets);
    case functionFields.value:
      return addValue(readDeclaredValue(reader.message('value', parts.values.size)), parts.values);
    case functionFields.overload:
      if (reader.string() !== '') reader.fail('overloaded functions are not read');
      return;
    default:
      return reader.skip();
  }
}

/** Reads an OperatorSetIdProto into a map; a domain may come in one version. */
export function addOpset(reader: WireReader, into: Map<string, number>): void {
  let domain = '';
  let version = 0;
  reader.charge(100);
  while (reader.next()) {
    if (reader.field === opsetFields.domain) domain = plainDomain(reader.string());
    else if (reader.field === opsetFields.version) version = reader.integer();
    else reader.skip();
  }
  if (version < 1) reader.fail(`operator set '${domain}' has the version ${version}`);
  if ((into.get(domain) ?? version) !== version) reader.fail(`operator set '${domain}' is there in two versions`);
  into.set(domain, version);
}
