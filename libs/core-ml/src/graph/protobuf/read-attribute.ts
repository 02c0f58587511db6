import type { Attribute, AttributeKind, Graph, TensorData } from '../model.js';
import { attributeFields, attributeKinds, otherAttributeKinds } from './fields.js';
import { readTensor } from './read-tensor.js';
import type { WireReader } from './wire-reader.js';

type ValueKind = Exclude<AttributeKind, 'reference'>;

const kindOfNumber: ReadonlyMap<number, ValueKind> = new Map(
  Object.entries(attributeKinds).map(([name, number]) => [number, name as ValueKind]),
);

const notRead: ReadonlyMap<number, string> = new Map([
  [attributeFields.type, 'a type'],
  [attributeFields.types, 'types'],
  [attributeFields.sparseTensor, 'a sparse tensor'],
  [attributeFields.sparseTensors, 'sparse tensors'],
]);

/** What an AttributeProto's fields say, before its kind is known. */
interface AttributeParts {
  name: string;
  kind: number;
  reference: string;
  float: number | undefined;
  int: bigint | undefined;
  string: string | undefined;
  tensor: TensorData | undefined;
  graph: Graph | undefined;
  other: string | undefined;
  readonly floats: number[];
  readonly ints: bigint[];
  readonly strings: string[];
  readonly tensors: TensorData[];
  readonly graphs: Graph[];
}

/**
 * Reads an AttributeProto.
 * @param readGraph reads a graph inside an attribute
 */
export function readAttribute(
  reader: WireReader,
  readGraph: (reader: WireReader) => Graph,
): { readonly name: string; readonly attribute: Attribute } {
  reader.charge(200);
  const parts: AttributeParts = {
    name: '',
    kind: 0,
    reference: '',
    float: undefined,
    int: undefined,
    string: undefined,
    tensor: undefined,
    graph: undefined,
    other: undefined,
    floats: [],
    ints: [],
    strings: [],
    tensors: [],
    graphs: [],
  };
  while (reader.next()) if (!readSingle(reader, parts, readGraph)) readRepeated(reader, parts, readGraph);
  if (parts.name === '') reader.fail('an attribute has no name');
  return { name: parts.name, attribute: attributeOf(parts, reader) };
}

function readSingle(reader: WireReader, parts: AttributeParts, readGraph: (reader: WireReader) => Graph): boolean {
  switch (reader.field) {
    case attributeFields.name:
      parts.name = reader.string();
      return true;
    case attributeFields.kind:
      parts.kind = reader.integer();
      return true;
    case attributeFields.reference:
      parts.reference = reader.string();
      return true;
    case attributeFields.float:
      parts.float = reader.float();
      return true;
    case attributeFields.int:
      parts.int = reader.int64();
      return true;
    case attributeFields.string:
      parts.string = reader.string();
      return true;
    case attributeFields.tensor:
      parts.tensor = readTensor(reader.message('tensor')).tensor;
      return true;
    case attributeFields.graph:
      parts.graph = readGraph(reader.message('graph'));
      return true;
    default:
      return false;
  }
}

function readRepeated(reader: WireReader, parts: AttributeParts, readGraph: (reader: WireReader) => Graph): void {
  switch (reader.field) {
    case attributeFields.floats:
      return reader.floats(parts.floats);
    case attributeFields.ints:
      return reader.int64s(parts.ints);
    case attributeFields.strings:
      parts.strings.push(reader.string());
      return;
    case attributeFields.tensors:
      parts.tensors.push(readTensor(reader.message('tensor', parts.tensors.length)).tensor);
      return;
    case attributeFields.graphs:
      parts.graphs.push(readGraph(reader.message('graph', parts.graphs.length)));
      return;
    default:
      parts.other ??= notRead.get(reader.field);
      return reader.skip();
  }
}

function attributeOf(parts: AttributeParts, reader: WireReader): Attribute {
  const kind = kindOf(parts, reader);
  if (parts.reference !== '') return { kind: 'reference', of: kind, value: parts.reference };
  switch (kind) {
    // Writers of proto3 leave out a value that is zero or empty.
    case 'float':
      return { kind, value: parts.float ?? 0 };
    case 'int':
      return { kind, value: parts.int ?? 0n };
    case 'string':
      return { kind, value: parts.string ?? '' };
    case 'tensor':
      return { kind, value: parts.tensor ?? reader.fail(`attribute '${parts.name}' lacks its tensor`) };
    case 'graph':
      return { kind, value: parts.graph ?? reader.fail(`attribute '${parts.name}' lacks its graph`) };
    case 'floats':
      return { kind, value: parts.floats };
    case 'ints':
      return { kind, value: parts.ints };
    case 'strings':
      return { kind, value: parts.strings };
    case 'tensors':
      return { kind, value: parts.tensors };
    case 'graphs':
      return { kind, value: parts.graphs };
  }
}

/** The kind that the attribute states or, in files older than the statement, the kind of the one value that is there. */
function kindOf(parts: AttributeParts, reader: WireReader): ValueKind {
  const stated = kindOfNumber.get(parts.kind);
  if (stated !== undefined) return stated;
  const other = otherAttributeKinds.get(parts.kind) ?? parts.other;
  if (other !== undefined) reader.fail(`attribute '${parts.name}' is ${other}, which is not read`);
  if (parts.kind !== 0) reader.fail(`attribute '${parts.name}' has the unknown kind ${parts.kind}`);
  const there = [...kindOfNumber.values()].filter((kind) => {
    const value = parts[kind];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  const [only, second] = there;
  if (only === undefined || second !== undefined) reader.fail(`attribute '${parts.name}' has no clear value`);
  return only;
}
