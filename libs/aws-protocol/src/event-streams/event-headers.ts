import { FrameError } from './frame-error.js';

/** One header of an event-stream message, in any of the format's ten forms. */
export type EventHeader =
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'byte' | 'short' | 'integer'; readonly value: number }
  | { readonly type: 'long'; readonly value: bigint }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'string'; readonly value: string }
  /** Milliseconds since 1970. */
  | { readonly type: 'timestamp'; readonly value: Date }
  /** Lower-case hex with hyphens. */
  | { readonly type: 'uuid'; readonly value: string };

export type EventHeaders = ReadonlyMap<string, EventHeader>;

/** Numbers of the value types on the wire. https://smithy.io/2.0/aws/amazon-eventstream.html */
const wire = { true: 0, false: 1, byte: 2, short: 3, integer: 4, long: 5, binary: 6, string: 7, timestamp: 8, uuid: 9 };

const maxNameBytes = 255;
const maxValueBytes = 32_767;
/** The range of a JavaScript Date. */
const maxDateMs = 8_640_000_000_000_000n;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encodes headers in their order. @throws RangeError where a name or value is longer than the format allows */
export function encodeHeaders(headers: EventHeaders): Buffer {
  const parts: Buffer[] = [];
  for (const [name, header] of headers) {
    const bytes = Buffer.from(name);
    if (bytes.length === 0 || bytes.length > maxNameBytes)
      throw new RangeError(`a header's name has ${bytes.length} bytes`);
    parts.push(Buffer.of(bytes.length), bytes, encodeValue(header));
  }
  return Buffer.concat(parts);
}

function encodeValue(header: EventHeader): Buffer {
  switch (header.type) {
    case 'boolean':
      return Buffer.of(header.value ? wire.true : wire.false);
    case 'byte':
      return numeric(wire.byte, 1, (bytes) => bytes.writeInt8(header.value, 1));
    case 'short':
      return numeric(wire.short, 2, (bytes) => bytes.writeInt16BE(header.value, 1));
    case 'integer':
      return numeric(wire.integer, 4, (bytes) => bytes.writeInt32BE(header.value, 1));
    case 'long':
      return numeric(wire.long, 8, (bytes) => bytes.writeBigInt64BE(header.value, 1));
    case 'timestamp':
      return numeric(wire.timestamp, 8, (bytes) => bytes.writeBigInt64BE(BigInt(header.value.getTime()), 1));
    case 'binary':
      return prefixed(wire.binary, header.value);
    case 'string':
      return prefixed(wire.string, Buffer.from(header.value));
    case 'uuid':
      return Buffer.concat([Buffer.of(wire.uuid), Buffer.from(header.value.replaceAll('-', ''), 'hex')]);
  }
}

function numeric(type: number, nBytes: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(1 + nBytes);
  bytes[0] = type;
  write(bytes);
  return bytes;
}

function prefixed(type: number, value: Uint8Array): Buffer {
  if (value.length > maxValueBytes) throw new RangeError(`a header's value has ${value.length} bytes`);
  return Buffer.concat([numeric(type, 2, (bytes) => bytes.writeUInt16BE(value.length, 1)), value]);
}

/**
 * Decodes a header block. Values of type `binary` are views of `block`.
 * @throws FrameError where it is cut, repeats a name or holds an unknown type
 */
export function decodeHeaders(block: Buffer): EventHeaders {
  const headers = new Map<string, EventHeader>();
  const cursor = new Cursor(block);
  while (!cursor.atEnd) {
    const name = text(cursor.take(cursor.take(1).readUInt8()));
    if (name === '') throw new FrameError('a header has no name');
    if (headers.has(name)) throw new FrameError('a header comes twice');
    headers.set(name, decodeValue(cursor));
  }
  return headers;
}

class Cursor {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  take(nBytes: number): Buffer {
    if (this.at + nBytes > this.bytes.length) throw new FrameError('the header block is cut short');
    return this.bytes.subarray(this.at, (this.at += nBytes));
  }
}

function decodeValue(cursor: Cursor): EventHeader {
  const type = cursor.take(1).readUInt8();
  switch (type) {
    case wire.true:
    case wire.false:
      return { type: 'boolean', value: type === wire.true };
    case wire.byte:
      return { type: 'byte', value: cursor.take(1).readInt8() };
    case wire.short:
      return { type: 'short', value: cursor.take(2).readInt16BE() };
    case wire.integer:
      return { type: 'integer', value: cursor.take(4).readInt32BE() };
    case wire.long:
      return { type: 'long', value: cursor.take(8).readBigInt64BE() };
    case wire.binary:
      return { type: 'binary', value: sized(cursor) };
    case wire.string:
      return { type: 'string', value: text(sized(cursor)) };
    case wire.timestamp:
      return { type: 'timestamp', value: date(cursor.take(8).readBigInt64BE()) };
    case wire.uuid:
      return {
        type: 'uuid',
        value: cursor
          .take(16)
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      };
    default:
      throw new FrameError(`a header has the unknown type ${type}`);
  }
}

function sized(cursor: Cursor): Buffer {
  const nBytes = cursor.take(2).readUInt16BE();
  if (nBytes > maxValueBytes) throw new FrameError('a header value is too long');
  return cursor.take(nBytes);
}

function text(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FrameError('a header is not UTF-8');
  }
}

function date(ms: bigint): Date {
  if (ms > maxDateMs || ms < -maxDateMs) throw new FrameError('a time is out of range');
  return new Date(Number(ms));
}
