import { CborError } from './cbor-error.js';

/** What CBOR can say, as JavaScript values. Integers beyond 2^53 and big numbers are bigints. */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Buffer
  | CborTag
  | readonly CborValue[]
  | ReadonlyMap<string, CborValue>;

/** A value with a tag that is not resolved here, e.g. 1 for a time. */
export class CborTag {
  constructor(
    readonly tag: number | bigint,
    readonly value: CborValue,
  ) {}
}

/** What a document may demand of us; one beyond is refused before it has cost more. */
export interface CborLimits {
  readonly maxDepth: number;
  /** Arrays, maps, entries and simple values, all together: a byte can be an array of its own, which costs fifty. */
  readonly maxItems: number;
}

export const defaultCborLimits: CborLimits = { maxDepth: 128, maxItems: 1_000_000 };

/** Digits of a big number; beyond, arithmetic takes longer than the request is worth. */
const maxBigNumberBytes = 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes one CBOR document (RFC 8949), definite and indefinite lengths alike. Map keys must be text, and different.
 * Byte strings are views of `bytes`.
 * @throws CborError where the bytes are not well-formed, go on after the document, or exceed a limit
 */
export function decodeCbor(bytes: Buffer, limits: CborLimits = defaultCborLimits): CborValue {
  return new Decoder(bytes, limits).document();
}

/** Stands for the byte that ends an indefinite length. */
const stop = Symbol('break');

/** The length of a string, array or map that ends with a `break`. */
const indefinite = -1;

class Decoder {
  private at = 0;
  private nItems = 0;
  private depth = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly limits: CborLimits,
  ) {}

  document(): CborValue {
    const value = this.value();
    if (this.at !== this.bytes.length) throw new CborError('bytes follow the document');
    return value;
  }

  private value(): CborValue {
    const value = this.valueOrStop();
    if (value === stop) throw new CborError('a break stands where a value is expected');
    return value;
  }

  private valueOrStop(): CborValue | typeof stop {
    if (++this.nItems > this.limits.maxItems) throw new CborError('it has too many items');
    const initial = this.take(1).readUInt8();
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case 0:
        return this.argument(info);
      case 1:
        return negative(this.argument(info));
      case 2:
        return this.byteString(info);
      case 3:
        return this.text(info);
      case 4:
        return this.nested(() => this.array(this.length(info)));
      case 5:
        return this.nested(() => this.map(this.length(info)));
      case 6:
        return this.nested(() => tagged(this.argument(info), this.value()));
      default:
        return this.simpleOrFloat(info);
    }
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > this.limits.maxDepth) throw new CborError('it is nested too deeply');
    const value = read();
    this.depth--;
    return value;
  }

  private take(nBytes: number): Buffer {
    if (nBytes > this.bytes.length - this.at) throw new CborError('it is cut short');
    return this.bytes.subarray(this.at, (this.at += nBytes));
  }

  /** The number that the initial byte announces: itself, or in the next one to eight bytes. */
  private argument(info: number): number | bigint {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.take(1).readUInt8();
      case 25:
        return this.take(2).readUInt16BE();
      case 26:
        return this.take(4).readUInt32BE();
      case 27: {
        const large = this.take(8).readBigUInt64BE();
        return large <= Number.MAX_SAFE_INTEGER ? Number(large) : large;
      }
      default:
        throw new CborError('a length or number has a reserved form');
    }
  }

  private length(info: number): number {
    if (info === 31) return indefinite;
    const length = this.argument(info);
    // Every item takes a byte at least.
    if (length > this.bytes.length - this.at) throw new CborError('it is cut short');
    return Number(length);
  }

  private byteString(info: number): Buffer {
    const length = this.length(info);
    return length === indefinite ? Buffer.concat(this.pieces(2)) : this.take(length);
  }

  private text(info: number): string {
    const length = this.length(info);
    if (length !== indefinite) return textOf(this.take(length));
    // Each piece is text of its own: a character is never split.
    return this.pieces(3).map(textOf).join('');
  }

  /** The pieces of a string of indefinite length: strings of the same kind with definite lengths. */
  private pieces(major: number): Buffer[] {
    const pieces: Buffer[] = [];
    for (;;) {
      const initial = this.take(1).readUInt8();
      if (initial === 0xff) return pieces;
      if (initial >> 5 !== major || (initial & 0x1f) === 31)
        throw new CborError('a piece of a string is no such string');
      if (++this.nItems > this.limits.maxItems) throw new CborError('it has too many items');
      pieces.push(this.take(this.length(initial & 0x1f)));
    }
  }

  private array(length: number): CborValue[] {
    const items: CborValue[] = [];
    // Not made at its length: that is only a promise.
    while (length === indefinite || items.length < length) {
      const item = length === indefinite ? this.valueOrStop() : this.value();
      if (item === stop) break;
      items.push(item);
    }
    return items;
  }

  private map(length: number): ReadonlyMap<string, CborValue> {
    const entries = new Map<string, CborValue>();
    while (length === indefinite || entries.size < length) {
      const key = length === indefinite ? this.valueOrStop() : this.value();
      if (key === stop) break;
      if (typeof key !== 'string') throw new CborError('a map has a key that is not text');
      if (entries.has(key)) throw new CborError('a map has a key twice');
      entries.set(key, this.value());
    }
    return entries;
  }

  private simpleOrFloat(info: number): CborValue | typeof stop {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        return undefined;
      case 25:
        return halfFloat(this.take(2).readUInt16BE());
      case 26:
        return this.take(4).readFloatBE();
      case 27:
        return this.take(8).readDoubleBE();
      case 31:
        return stop;
      default:
        throw new CborError('it has a simple value without a meaning');
    }
  }
}

const negative = (argument: number | bigint): number | bigint => {
  if (typeof argument === 'bigint') return -1n - argument;
  return argument < Number.MAX_SAFE_INTEGER ? -1 - argument : -1n - BigInt(argument);
};

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CborError('a text is not UTF-8');
  }
}

/** Resolves big numbers (tags 2 and 3); other tags are left to whoever knows what is expected. */
function tagged(tag: number | bigint, value: CborValue): CborValue {
  if (tag !== 2 && tag !== 3) return new CborTag(tag, value);
  if (!Buffer.isBuffer(value)) throw new CborError('a big number is no byte string');
  if (value.length > maxBigNumberBytes) throw new CborError('a big number is too big');
  const magnitude = value.length === 0 ? 0n : BigInt(`0x${value.toString('hex')}`);
  return tag === 2 ? magnitude : -1n - magnitude;
}

/** IEEE 754 binary16: one bit of sign, five of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
