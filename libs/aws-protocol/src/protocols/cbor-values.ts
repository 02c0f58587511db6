import { CborError } from '../cbor/cbor-error.js';
import { CborWriter } from '../cbor/cbor-writer.js';
import { CborTag, decodeCbor, type CborValue } from '../cbor/decode-cbor.js';
import { ServiceError } from '../errors.js';
import type { Member, ServiceApi, Shape, StructureShape } from '../schema.js';
import { errorDocument } from './error-document.js';
import { integerRanges } from './integer-ranges.js';
import type { DocumentCodec } from './protocol.js';

const serialization = (message: string) => new ServiceError('SerializationException', message);

/** CBOR documents that stand alone: bodies, and the payloads of events. */
export const cborDocuments: DocumentCodec = {
  contentType: 'application/cbor',
  read: readCborStructure,
  write: (api, shape, value) => {
    const writer = new CborWriter();
    writeStructure(writer, api, shape, value);
    return writer.finish();
  },
};

/** Decodes a body into a structure's members. An empty body is an empty structure. @throws ServiceError */
export function readCborStructure(api: ServiceApi, shape: StructureShape, bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  let document: CborValue;
  try {
    document = decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CborError) throw serialization(`The body is not valid CBOR: ${error.message}`);
    throw error;
  }
  if (document === null || document === undefined) return {};
  if (!(document instanceof Map)) throw serialization('Start of structure or map found where not expected.');
  return readStructure(api, shape, document);
}

function readStructure(
  api: ServiceApi,
  shape: StructureShape,
  entries: ReadonlyMap<string, CborValue>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const value = entries.get(name);
    if (value !== undefined && value !== null) result[name] = readValue(api, shape.members[name]!, value);
  }
  return result;
}

const cannot = (value: CborValue, type: string) => serialization(`${kindOf(value)} can not be converted to ${type}`);

function kindOf(value: CborValue): string {
  if (Buffer.isBuffer(value)) return 'A byte string';
  if (value instanceof CborTag) return `A value tagged ${value.tag}`;
  if (value instanceof Map) return 'A map';
  return Array.isArray(value) ? 'An array' : `A ${value === null ? 'null' : typeof value}`;
}

function readValue(api: ServiceApi, member: Member, value: CborValue): unknown {
  const shape: Shape = api.shapes[member.shape] ?? { type: 'string' };
  switch (shape.type) {
    case 'string':
    case 'enum':
      if (typeof value !== 'string') throw cannot(value, 'a String');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw cannot(value, 'a Boolean');
      return value;
    case 'blob':
      if (!Buffer.isBuffer(value)) throw cannot(value, 'a Blob');
      return value;
    case 'timestamp':
      return readTime(value);
    case 'list':
      if (!isArray(value)) throw cannot(value, 'a list');
      return value
        .filter((item) => (item !== null && item !== undefined) || shape.sparse)
        .map((item) => (item === null || item === undefined ? null : readValue(api, shape.member, item)));
    case 'map':
      return readMap(api, shape.value, value, shape.sparse === true);
    case 'structure':
    case 'union':
      if (!(value instanceof Map)) throw cannot(value, 'a structure');
      return readStructure(api, shape, value);
    case 'document':
      throw serialization('The protocol has no untyped documents');
    default:
      return readNumber(shape, value);
  }
}

const isArray = (value: CborValue): value is readonly CborValue[] => Array.isArray(value);

function readMap(api: ServiceApi, member: Member, value: CborValue, sparse: boolean): Record<string, unknown> {
  if (!(value instanceof Map)) throw cannot(value, 'a map');
  // Without a prototype, a key named __proto__ is a key like any other.
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of value as ReadonlyMap<string, CborValue>) {
    if (inner !== null && inner !== undefined) result[key] = readValue(api, member, inner);
    else if (sparse) result[key] = null;
  }
  return result;
}

/** Times are seconds since 1970 under tag 1. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
function readTime(value: CborValue): Date {
  if (!(value instanceof CborTag) || value.tag !== 1) throw cannot(value, 'a Timestamp');
  const seconds = value.value;
  if (typeof seconds !== 'number' && typeof seconds !== 'bigint') throw cannot(seconds, 'a Timestamp');
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) throw serialization('A value can not be converted to a Timestamp');
  return date;
}

function readNumber(shape: Shape, value: CborValue): number {
  const range = integerRanges.get(shape.type);
  const type = range?.[2] ?? (shape.type === 'float' ? 'a Float' : 'a Double');
  if (typeof value !== 'number' && typeof value !== 'bigint') throw cannot(value, type);
  if (!range) return Number(value);
  if (typeof value === 'number' && !Number.isInteger(value)) throw cannot(value, type);
  if (!(value >= range[0] && value <= range[1])) throw serialization(`${value} is out of range for ${type}`);
  return Number(value);
}

/** An error's body: `__type` and the members. */
export function writeCborError(api: ServiceApi | undefined, error: ServiceError): Uint8Array {
  const { shape, value } = errorDocument(api, error, { __type: error.code });
  const writer = new CborWriter();
  writeStructure(writer, api, shape, value);
  return writer.finish();
}

function writeStructure(
  writer: CborWriter,
  api: ServiceApi | undefined,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
): void {
  const present = Object.entries(shape.members).filter(([name]) => value[name] !== undefined && value[name] !== null);
  writer.map(present.length);
  for (const [name, member] of present) {
    writer.text(name);
    writeValue(writer, api, member, value[name]);
  }
}

/** Values are typed by the model that the shapes come from. */
function writeValue(writer: CborWriter, api: ServiceApi | undefined, member: Member, value: unknown): void {
  if (value === null || value === undefined) return writer.null();
  const shape: Shape = api?.shapes[member.shape] ?? { type: 'string' };
  switch (shape.type) {
    case 'blob':
      return writer.byteString(value as Uint8Array);
    case 'timestamp':
      writer.tag(1);
      return writer.double((value as Date).getTime() / 1000);
    case 'boolean':
      return writer.boolean(value as boolean);
    case 'float':
    case 'double':
      return writer.double(value as number);
    case 'list':
      writer.array((value as unknown[]).length);
      for (const item of value as unknown[]) writeValue(writer, api, shape.member, item);
      return;
    case 'map': {
      const entries = Object.entries(value);
      writer.map(entries.length);
      for (const [key, inner] of entries) {
        writer.text(key);
        writeValue(writer, api, shape.value, inner);
      }
      return;
    }
    case 'structure':
    case 'union':
      return writeStructure(writer, api, shape, value as Record<string, unknown>);
    default:
      return writePlain(writer, value);
  }
}

/** Writes integers and text; of errors also members that no model knows. */
function writePlain(writer: CborWriter, value: unknown): void {
  if (typeof value === 'string') writer.text(value);
  else if (typeof value === 'boolean') writer.boolean(value);
  else if (typeof value === 'bigint' || Number.isInteger(value)) writer.integer(value as number | bigint);
  else if (typeof value === 'number') writer.double(value);
  else writer.text(JSON.stringify(value));
}
