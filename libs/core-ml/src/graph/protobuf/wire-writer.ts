import { wireTypes } from './wire-reader.js';

/** Bytes longer than this are kept by reference until the end, shorter ones are copied at once. */
const LARGE_BYTES = 512;

const utf8 = new TextEncoder();

/**
 * Writes the fields of one protobuf message. Large bytes (weights) are copied once, when the outermost message is
 * finished, however deep they lie.
 */
export class WireWriter {
  private readonly pieces: Uint8Array[] = [];
  private pieceBytes = 0;
  private recent = new Uint8Array(64);
  private used = 0;

  /** Bytes written so far. */
  get byteLength(): number {
    return this.pieceBytes + this.used;
  }

  /** An int64, uint64 or enum. */
  integer(field: number, value: number | bigint): void {
    this.key(field, wireTypes.varint);
    this.varint(value);
  }

  /** An integer, left out when it is zero, which means the same. */
  nonZero(field: number, value: number): void {
    if (value !== 0) this.integer(field, value);
  }

  float(field: number, value: number): void {
    this.key(field, wireTypes.fixed32);
    this.reserve(4);
    new DataView(this.recent.buffer).setFloat32(this.used, value, true);
    this.used += 4;
  }

  bytes(field: number, value: Uint8Array): void {
    this.key(field, wireTypes.length);
    this.varint(value.length);
    this.append(value);
  }

  string(field: number, value: string): void {
    if (value.length > LARGE_BYTES || !isAscii(value)) {
      this.bytes(field, utf8.encode(value));
      return;
    }
    this.key(field, wireTypes.length);
    this.varint(value.length);
    this.reserve(value.length);
    for (let index = 0; index < value.length; index += 1) this.recent[this.used++] = value.charCodeAt(index);
  }

  /** Text, left out when it is empty, which means the same. */
  nonEmpty(field: number, value: string): void {
    if (value !== '') this.string(field, value);
  }

  message(field: number, message: WireWriter): void {
    this.key(field, wireTypes.length);
    this.varint(message.byteLength);
    for (const piece of message.pieces) this.append(piece);
    this.append(message.recent.subarray(0, message.used));
  }

  /** Repeated integers, packed. */
  integers(field: number, values: readonly (number | bigint)[]): void {
    const packed = new WireWriter();
    for (const value of values) packed.varint(value);
    if (values.length > 0) this.message(field, packed);
  }

  /** Repeated floats, packed. */
  floats(field: number, values: readonly number[]): void {
    const packed = new Uint8Array(4 * values.length);
    const view = new DataView(packed.buffer);
    values.forEach((value, index) => view.setFloat32(4 * index, value, true));
    if (values.length > 0) this.bytes(field, packed);
  }

  /** All that was written. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.byteLength);
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    whole.set(this.recent.subarray(0, this.used), at);
    return whole;
  }

  private key(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  private varint(value: number | bigint): void {
    this.reserve(10);
    // Numbers beyond 32 bits, and negative ones, which are written as 64 bits, go the slow way.
    if (typeof value === 'number' && value >= 0 && value < 2 ** 31) {
      let rest = value;
      while (rest > 0x7f) {
        this.recent[this.used++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      this.recent[this.used++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.recent[this.used++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.recent[this.used++] = Number(rest);
  }

  private append(bytes: Uint8Array): void {
    if (bytes.length <= LARGE_BYTES) {
      this.reserve(bytes.length);
      this.recent.set(bytes, this.used);
      this.used += bytes.length;
      return;
    }
    if (this.used > 0) this.pieces.push(this.recent.subarray(0, this.used));
    this.pieces.push(bytes);
    this.pieceBytes += this.used + bytes.length;
    this.recent = new Uint8Array(64);
    this.used = 0;
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.recent.length) return;
    const larger = new Uint8Array(Math.max(2 * this.recent.length, this.used + bytes));
    larger.set(this.recent.subarray(0, this.used));
    this.recent = larger;
  }
}

/** Nearly all names are; they need no encoder. */
function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
