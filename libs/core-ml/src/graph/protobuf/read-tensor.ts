import { bitsPerElement, byteLengthOf, elementCount } from '../element-size.js';
import { elementTypes, type ElementType, type TensorData } from '../model.js';
import { entryFields, tensorFields } from './fields.js';
import { readExternalContent } from './read-external.js';
import { unpackVarints } from './unpack-varints.js';
import type { WireReader } from './wire-reader.js';

const typeOfNumber: ReadonlyMap<number, ElementType> = new Map(
  Object.entries(elementTypes).map(([name, number]) => [number, name as ElementType]),
);

/** The typed field that may hold the elements of a type, where they are not raw bytes (TensorProto's comments say which). */
const typedField: Readonly<Partial<Record<ElementType, number>>> = {
  float32: tensorFields.floatData,
  complex64: tensorFields.floatData,
  float64: tensorFields.doubleData,
  complex128: tensorFields.doubleData,
  int64: tensorFields.int64Data,
  uint32: tensorFields.uint64Data,
  uint64: tensorFields.uint64Data,
};

/** What a TensorProto's fields say, before it is judged: fields come in any order. */
interface TensorParts {
  name: string;
  elementType: number;
  readonly dims: number[];
  raw: Uint8Array | undefined;
  /** Views of the typed fields by their number. */
  readonly typed: Map<number, Uint8Array[]>;
  readonly strings: string[];
  readonly external: Map<string, string>;
  isExternal: boolean;
}

/** Reads a TensorProto: bytes stay views of the file where they lie there as they are needed. */
export function readTensor(reader: WireReader): { readonly name: string; readonly tensor: TensorData } {
  reader.charge(450);
  const parts: TensorParts = {
    name: '',
    elementType: 0,
    dims: [],
    raw: undefined,
    typed: new Map(),
    strings: [],
    external: new Map(),
    isExternal: false,
  };
  while (reader.next()) readPart(reader, parts);
  const elementType = elementTypeOf(parts.elementType, reader);
  if (elementType === 'undefined') reader.fail(`tensor '${parts.name}' has no element type`);
  const { dims } = parts;
  if (dims.some((length) => length < 0)) reader.fail(`tensor '${parts.name}' has a negative length`);
  if (!Number.isSafeInteger(elementCount(dims) * 16)) reader.fail(`tensor '${parts.name}' has too many elements`);
  return { name: parts.name, tensor: { elementType, dims, content: contentOf(parts, elementType, reader) } };
}

/** An element type by ONNX's number. */
export function elementTypeOf(number: number, reader: WireReader): ElementType {
  return typeOfNumber.get(number) ?? reader.fail(`element type ${number} is not one that is known`);
}

function readPart(reader: WireReader, parts: TensorParts): void {
  switch (reader.field) {
    case tensorFields.dims:
      return reader.integers(parts.dims);
    case tensorFields.elementType:
      parts.elementType = reader.integer();
      return;
    case tensorFields.name:
      parts.name = reader.string();
      return;
    case tensorFields.rawData:
      parts.raw = reader.span();
      return;
    case tensorFields.floatData:
      return addTyped(parts, reader.field, reader.fixedSpan(4));
    case tensorFields.doubleData:
      return addTyped(parts, reader.field, reader.fixedSpan(8));
    case tensorFields.int32Data:
    case tensorFields.int64Data:
    case tensorFields.uint64Data:
      return addTyped(parts, reader.field, reader.varintSpan());
    case tensorFields.stringData:
      parts.strings.push(reader.string());
      return;
    case tensorFields.externalData:
      return readEntry(reader.message('external data'), parts.external);
    case tensorFields.dataLocation:
      parts.isExternal = reader.integer() === 1;
      return;
    case tensorFields.segment:
      return reader.fail('tensors in segments are not read');
    default:
      return reader.skip();
  }
}

function addTyped(parts: TensorParts, field: number, bytes: Uint8Array): void {
  const pieces = parts.typed.get(field);
  if (pieces === undefined) parts.typed.set(field, [bytes]);
  else pieces.push(bytes);
}

/** Reads a StringStringEntryProto; of equal keys the last counts. */
export function readEntry(reader: WireReader, into: Map<string, string>): void {
  let key = '';
  let value = '';
  reader.charge(100);
  while (reader.next()) {
    if (reader.field === entryFields.key) key = reader.string();
    else if (reader.field === entryFields.value) value = reader.string();
    else reader.skip();
  }
  into.set(key, value);
}

function contentOf(parts: TensorParts, elementType: ElementType, reader: WireReader): TensorData['content'] {
  const { name, dims } = parts;
  if (elementType === 'string') {
    if (parts.strings.length !== elementCount(dims)) {
      reader.fail(`tensor '${name}' has ${parts.strings.length} strings, its shape [${dims.join(', ')}] needs others`);
    }
    return { kind: 'strings', strings: parts.strings };
  }
  const length = byteLengthOf(elementType, dims);
  if (parts.isExternal) return readExternalContent(name, parts.external, length, reader);
  const bytes = parts.raw ?? typedBytes(parts, elementType, length, reader);
  if (bytes.length !== length) {
    const shape = `${elementType} [${dims.join(', ')}]`;
    reader.fail(`tensor '${name}', ${shape}, needs ${length} bytes and has ${bytes.length}`);
  }
  return { kind: 'bytes', bytes };
}

/** The elements of a typed field as little-endian bytes. */
function typedBytes(parts: TensorParts, elementType: ElementType, length: number, reader: WireReader): Uint8Array {
  const field = typedField[elementType] ?? tensorFields.int32Data;
  for (const other of parts.typed.keys()) {
    if (other !== field) reader.fail(`tensor '${parts.name}', ${elementType}, has its elements in field ${other}`);
  }
  const pieces = parts.typed.get(field) ?? [];
  if (field === tensorFields.floatData || field === tensorFields.doubleData) return joined(pieces);
  const width = Math.max(1, bitsPerElement[elementType] / 8);
  const bytes = unpackVarints(pieces, width, length / width);
  return bytes ?? reader.fail(`tensor '${parts.name}' has another number of elements than its shape`);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = pieces;
  if (first !== undefined && others.length === 0) return first;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
