import { ServiceError } from '../errors.js';
import type { Member, ServiceApi, Shape, StructureShape } from '../schema.js';
import { errorDocument } from './error-document.js';
import { integerRanges } from './integer-ranges.js';
import { structure, type DocumentCodec } from './protocol.js';
import { readTimestamp, writeTimestamp } from './timestamps.js';

/** Nesting beyond this is refused: no modelled input comes near it. */
const maxDepth = 100;
/** Untyped documents may nest deeper than modelled members, but not without end. */
const maxParsedDepth = 512;

const serialization = (message: string) => new ServiceError('SerializationException', message);

/** JSON documents that stand alone: the payloads of events. */
export const jsonDocuments: DocumentCodec = {
  contentType: 'application/json',
  read: readJsonStructure,
  write: (api, shape, value) => Buffer.from(JSON.stringify(writeJsonStructure(api, shape, value))),
};

/** Parses a JSON body into the members of the named structure. An empty body is an empty structure. */
export function readJson(api: ServiceApi, shapeName: string, body: Buffer): Record<string, unknown> {
  return readJsonStructure(api, structure(api, shapeName), body);
}

/** Parses a JSON body into a structure's members, leaving out those that travel elsewhere. */
export function readJsonStructure(api: ServiceApi, shape: StructureShape, body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const document = readJsonDocument(body);
  if (document === null) return {};
  if (typeof document !== 'object' || Array.isArray(document))
    throw serialization('Start of structure or map found where not expected.');
  return readStructure(api, shape, document as Record<string, unknown>, 0);
}

/** Parses a body as JSON of any shape. @throws ServiceError where it is none, or is nested too deeply */
export function readJsonDocument(body: Buffer): unknown {
  if (nestsTooDeep(body)) throw serialization('The request is nested too deeply');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw serialization('Could not parse the request body as JSON');
  }
}

/**
 * Looks at the brackets before parsing: V8 survives deep JSON, but a few megabytes of `[` cost it seconds (measured: 0.5 s
 * a megabyte), and this scan a few milliseconds.
 */
function nestsTooDeep(body: Buffer): boolean {
  if (body.length < maxParsedDepth) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inString) {
      if (byte === 0x5c /* \\ */) at++;
      else if (byte === 0x22 /* " */) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b /* [ */ || byte === 0x7b /* { */) {
      if (++depth > maxParsedDepth) return true;
    } else if (byte === 0x5d /* ] */ || byte === 0x7d /* } */) depth--;
  }
  return false;
}

function readStructure(
  api: ServiceApi,
  shape: StructureShape,
  value: Record<string, unknown>,
  depth: number,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = shape.members[name]!;
    if (member.binding) continue;
    const key = member.jsonName ?? name;
    if (!Object.hasOwn(value, key)) continue;
    const inner = value[key];
    if (inner !== null) result[name] = readValue(api, member, inner, depth + 1);
  }
  return result;
}

function typeNameOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}

const cannot = (value: unknown, type: string) => serialization(`${typeNameOf(value)} can not be converted to ${type}`);

function readNumber(shape: Shape, value: unknown): number {
  const bounds = integerRanges.get(shape.type);
  if (!bounds) {
    if (typeof value === 'number') return value;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    throw cannot(value, shape.type === 'float' ? 'a Float' : 'a Double');
  }
  const [min, max, name] = bounds;
  if (typeof value !== 'number') throw cannot(value, name);
  if (!(value >= min && value <= max)) throw serialization(`${value} is out of range for ${name}`);
  return Math.trunc(value);
}

function readBlob(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw cannot(value, 'a Blob');
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) throw serialization('A blob is not valid base64');
  return Buffer.from(value, 'base64');
}

function readValue(api: ServiceApi, member: Member, value: unknown, depth: number): unknown {
  if (depth > maxDepth) throw serialization('The request is nested too deeply');
  const shape = shapeOf(api, member);
  switch (shape.type) {
    case 'string':
    case 'enum':
      if (typeof value !== 'string') throw cannot(value, 'a String');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw cannot(value, 'a Boolean');
      return value;
    case 'blob':
      return readBlob(value);
    case 'timestamp':
      if (typeof value !== 'number' && typeof value !== 'string') throw cannot(value, 'a Timestamp');
      return readTimestamp(value);
    case 'list':
      if (!Array.isArray(value)) throw serialization('Expected list or null');
      return value
        .filter((item) => item !== null || shape.sparse)
        .map((item) => (item === null ? null : readValue(api, shape.member, item, depth + 1)));
    case 'map':
      return readMap(api, shape.value, value, depth, shape.sparse === true);
    case 'structure':
    case 'union':
      if (typeof value !== 'object' || Array.isArray(value))
        throw serialization(value instanceof Array ? 'Unexpected list' : 'Expected a structure or null');
      return readStructure(api, shape, value as Record<string, unknown>, depth);
    case 'document':
      return value;
    default:
      return readNumber(shape, value);
  }
}

function readMap(
  api: ServiceApi,
  member: Member,
  value: unknown,
  depth: number,
  sparse: boolean,
): Record<string, unknown> {
  if (typeof value !== 'object' || Array.isArray(value)) throw serialization('Expected map or null');
  // Without a prototype, a key named __proto__ is a key like any other.
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value as object)) {
    if (inner !== null) result[key] = readValue(api, member, inner, depth + 1);
    else if (sparse) result[key] = null;
  }
  return result;
}

const missing: Shape = { type: 'string' };
const shapeOf = (api: ServiceApi | undefined, member: Member): Shape => api?.shapes[member.shape] ?? missing;

/** An error's body in JSON. @param extra members that the protocol adds */
export function writeJsonError(
  api: ServiceApi | undefined,
  error: ServiceError,
  extra: Readonly<Record<string, string>> = {},
): string {
  const { shape, value } = errorDocument(api, error, extra);
  return JSON.stringify(writeJsonStructure(api, shape, value));
}

/** Serialises a structure; members that are undefined are left out. */
export function writeJson(api: ServiceApi, shapeName: string, value: Record<string, unknown>): string {
  return JSON.stringify(writeJsonStructure(api, structure(api, shapeName), value));
}

/** The JSON form of a structure, without the members that travel elsewhere. */
export function writeJsonStructure(
  api: ServiceApi | undefined,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = shape.members[name]!;
    const inner = value[name];
    if (inner !== undefined && inner !== null && !member.binding)
      result[member.jsonName ?? name] = writeValue(api, member, inner);
  }
  return result;
}

function writeValue(api: ServiceApi | undefined, member: Member, value: unknown): unknown {
  const shape = shapeOf(api, member);
  switch (shape.type) {
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'timestamp':
      return writeTimestamp(value as Date, member.timestampFormat ?? shape.timestampFormat ?? 'epoch-seconds');
    case 'float':
    case 'double':
      return Number.isFinite(value) ? value : String(value);
    case 'list':
      return (value as unknown[]).map((item) =>
        item === null || item === undefined ? null : writeValue(api, shape.member, item),
      );
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, writeValue(api, shape.value, inner)]),
      );
    case 'structure':
    case 'union':
      return writeJsonStructure(api, shape, value as Record<string, unknown>);
    default:
      return value;
  }
}
