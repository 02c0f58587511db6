import type { Dimension, ElementType } from '../../graph/model.js';
import { SourceModelError } from '../errors.js';

/** TensorFlow's element types (tensorflow/core/framework/types.proto) that have a counterpart here. */
const elementTypeOf: Readonly<Record<string, ElementType>> = {
  DT_FLOAT: 'float32',
  DT_DOUBLE: 'float32',
  DT_HALF: 'float32',
  DT_INT32: 'int32',
  // TensorFlow.js has no 64-bit integers; its converter stores them as int32.
  DT_INT64: 'int32',
  DT_INT16: 'int32',
  DT_INT8: 'int32',
  DT_UINT8: 'int32',
  DT_BOOL: 'bool',
  DT_STRING: 'string',
};
/** The same by the number that some converters write instead of the name. */
const typeNumbers: Readonly<Record<number, string>> = {
  1: 'DT_FLOAT',
  2: 'DT_DOUBLE',
  3: 'DT_INT32',
  4: 'DT_UINT8',
  5: 'DT_INT16',
  6: 'DT_INT8',
  7: 'DT_STRING',
  9: 'DT_INT64',
  10: 'DT_BOOL',
  19: 'DT_HALF',
};

/**
 * The attributes of one node of a TensorFlow graph in JSON: each is `{ s | i | f | b | type | shape | list }`, strings in
 * base64 or as a list of bytes, integers also as decimal strings.
 */
export class NodeAttributes {
  constructor(
    private readonly node: string,
    private readonly written: Readonly<Record<string, unknown>>,
  ) {}

  text(name: string, fallback: string): string {
    const value = this.member(name, 's');
    return value === undefined ? fallback : this.decode(value, name);
  }

  integer(name: string, fallback: number): number {
    const value = this.member(name, 'i');
    return value === undefined ? fallback : this.toNumber(value, name);
  }

  real(name: string, fallback: number): number {
    const value = this.member(name, 'f');
    return value === undefined ? fallback : this.toNumber(value, name);
  }

  flag(name: string): boolean {
    return this.member(name, 'b') === true;
  }

  integers(name: string): readonly number[] {
    return this.list(name, 'i').map((value) => this.toNumber(value, name));
  }

  texts(name: string): readonly string[] {
    return this.list(name, 's').map((value) => this.decode(value, name));
  }

  /** @throws SourceModelError for a type without counterpart */
  elementType(name: string): ElementType | undefined {
    const value = this.member(name, 'type');
    if (value === undefined) return undefined;
    const type = elementTypeOf[typeof value === 'string' ? value : (typeNumbers[Number(value)] ?? '')];
    if (type === undefined) throw this.malformed(name, `unsupported element type ${JSON.stringify(value)}`);
    return type;
  }

  /** The shape, unknown lengths as undefined; undefined where the rank is not known. */
  shape(name: string): readonly Dimension[] | undefined {
    const shape = this.member(name, 'shape');
    return shape === undefined ? undefined : parseShape(shape, (problem) => this.malformed(name, problem));
  }

  private list(name: string, kind: string): readonly unknown[] {
    const list = this.member(name, 'list');
    if (!isRecord(list)) return [];
    const values = list[kind];
    return Array.isArray(values) ? values : [];
  }

  private member(name: string, kind: string): unknown {
    const attribute = this.written[name];
    return isRecord(attribute) ? (attribute[kind] ?? undefined) : undefined;
  }

  private decode(value: unknown, name: string): string {
    if (typeof value === 'string') return decodeBase64(value);
    if (Array.isArray(value)) return String.fromCharCode(...value.map((byte) => this.toNumber(byte, name)));
    throw this.malformed(name, 'expected a string');
  }

  private toNumber(value: unknown, name: string): number {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    // JSON has no infinity and no NaN: converters write them as these words.
    if (typeof number !== 'number' || (Number.isNaN(number) && value !== 'NaN')) {
      throw this.malformed(name, `expected a number, got ${JSON.stringify(value)}`);
    }
    return number;
  }

  private malformed(name: string, problem: string): SourceModelError {
    return new SourceModelError(`node '${this.node}', attribute '${name}': ${problem}`);
  }
}

/** Reads TensorFlow's TensorShapeProto in JSON. */
export function parseShape(shape: unknown, malformed: (problem: string) => Error): readonly Dimension[] | undefined {
  if (!isRecord(shape) || shape['unknownRank'] === true) return undefined;
  const dimensions = shape['dim'] ?? [];
  if (!Array.isArray(dimensions)) throw malformed('the shape is not a list');
  return dimensions.map((dimension: unknown) => {
    const size = Number(isRecord(dimension) ? (dimension['size'] ?? 0) : NaN);
    if (!Number.isSafeInteger(size) || size < -1) throw malformed('a length is not a whole number');
    return size === -1 ? undefined : size;
  });
}

/** Attribute strings are short ASCII words. */
function decodeBase64(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let bits = 0;
  let nBits = 0;
  let decoded = '';
  for (const letter of text.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/')) {
    bits = ((bits << 6) | Math.max(alphabet.indexOf(letter), 0)) & 0xffff;
    nBits += 6;
    if (nBits < 8) continue;
    nBits -= 8;
    decoded += String.fromCharCode((bits >> nBits) & 0xff);
  }
  return decoded;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
