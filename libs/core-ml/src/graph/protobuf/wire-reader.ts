import { ModelFormatError } from '../model-format-error.js';

/** How a field's value is laid out (https://protobuf.dev/programming-guides/encoding). */
export const wireTypes = { varint: 0, fixed64: 1, length: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const WIRE_NAMES = ['a varint', '8 bytes', 'a length and bytes', 'a group', 'the end of a group', '4 bytes'];
const MAX_FIELD = 2 ** 29 - 1;
const MAX_GROUP_DEPTH = 16;
const TWO_32 = 2 ** 32;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What reading one file may still cost; all readers of a file share one. */
export interface ReadingBudget {
  /** Bytes of memory that what is read may still take, as estimated; weights, which are views, are not counted. */
  structureBytes: number;
}

/**
 * Reads the fields of one protobuf message out of a file, without copying. No length is believed before it was compared
 * with the bytes that are there, and everything that allocates is charged to the budget first.
 */
export class WireReader {
  /** Number and layout of the field that `next` has found. */
  field = 0;
  wire = 0;
  private low = 0;
  private high = 0;

  /**
   * @param bytes    the whole file, so that positions are those of the file
   * @param position where the message begins
   * @param end      where it ends
   * @param label    what the message is, in words for errors
   */
  constructor(
    private readonly bytes: Uint8Array,
    private position: number,
    private readonly end: number,
    private readonly budget: ReadingBudget,
    private readonly label: string,
    private readonly parent?: WireReader,
    private readonly index?: number,
  ) {}

  /** Goes to the next field; false at the end of the message. The field must then be read or skipped. */
  next(): boolean {
    if (this.position >= this.end) return false;
    const start = this.position;
    this.varint();
    this.field = (this.high * TWO_32 + this.low - (this.low & 7)) / 8;
    this.wire = this.low & 7;
    if (this.field === 0 || this.field > MAX_FIELD) this.fail(`there is no field ${this.field}`, start);
    if (this.wire > wireTypes.fixed32) this.fail(`field ${this.field} has the unknown layout ${this.wire}`, start);
    return true;
  }

  /** An int64 or enum that must be exact as a number. */
  integer(): number {
    this.expect(wireTypes.varint);
    const start = this.position;
    this.varint();
    const value = (this.high | 0) * TWO_32 + this.low;
    if (!Number.isSafeInteger(value)) this.fail(`field ${this.field} is too large a number`, start);
    return value;
  }

  /** An int64. */
  int64(): bigint {
    this.expect(wireTypes.varint);
    return this.varintAsBigInt();
  }

  /** A float: 4 bytes. */
  float(): number {
    this.expect(wireTypes.fixed32);
    return this.viewOf(this.take(4)).getFloat32(0, true);
  }

  /** A field of bytes, as a view of the file. */
  span(): Uint8Array {
    this.expect(wireTypes.length);
    return this.take(this.length());
  }

  /** A field of text. */
  string(): string {
    const bytes = this.span();
    this.charge(32 + bytes.length);
    return this.textOf(bytes);
  }

  /** A reader of the message that this field is. */
  message(label: string, index?: number): WireReader {
    this.expect(wireTypes.length);
    const length = this.length();
    const start = this.position;
    this.position += length;
    return new WireReader(this.bytes, start, this.position, this.budget, label, this, index);
  }

  /** Appends the value or values of a repeated int64 field, packed or not. */
  int64s(into: bigint[]): void {
    if (this.wire !== wireTypes.length) {
      this.charge(32);
      into.push(this.int64());
      return;
    }
    const end = this.length() + this.position;
    while (this.position < end) {
      this.charge(32);
      into.push(this.varintAsBigInt(end));
    }
  }

  /** Appends the value or values of a repeated int64 field that must be exact as numbers. */
  integers(into: number[]): void {
    const values: bigint[] = [];
    this.int64s(values);
    for (const value of values) {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) this.fail(`field ${this.field} has too large a number`);
      into.push(number);
    }
  }

  /** Appends the value or values of a repeated float field, packed or not. */
  floats(into: number[]): void {
    const bytes = this.fixedSpan(4);
    const view = this.viewOf(bytes);
    this.charge(8 * (bytes.length / 4));
    for (let at = 0; at < bytes.length; at += 4) into.push(view.getFloat32(at, true));
  }

  /** The bytes of a repeated field of values of 4 or 8 bytes, packed or not, as a view. */
  fixedSpan(width: 4 | 8): Uint8Array {
    if (this.wire === wireTypes.length) {
      const bytes = this.span();
      if (bytes.length % width !== 0) this.fail(`field ${this.field} does not hold whole values of ${width} bytes`);
      return bytes;
    }
    this.expect(width === 4 ? wireTypes.fixed32 : wireTypes.fixed64);
    this.charge(200);
    return this.take(width);
  }

  /** The bytes of a repeated field of varints, packed or not, as a view; each varint in it is whole. */
  varintSpan(): Uint8Array {
    if (this.wire !== wireTypes.length) {
      this.expect(wireTypes.varint);
      this.charge(200);
      const start = this.position;
      this.varint();
      return this.bytes.subarray(start, this.position);
    }
    const end = this.length() + this.position;
    const start = this.position;
    while (this.position < end) this.varint(end);
    return this.bytes.subarray(start, end);
  }

  /** Passes over the field that `next` has found. */
  skip(): void {
    if (this.wire === wireTypes.groupStart) this.skipGroup();
    else if (this.wire === wireTypes.groupEnd) this.fail(`a group ends that did not begin, field ${this.field}`);
    else this.skipValue();
  }

  /** Takes from the budget what is about to be allocated. */
  charge(bytes: number): void {
    this.budget.structureBytes -= bytes;
    if (this.budget.structureBytes < 0) this.fail('it describes more nodes, names and numbers than the reader accepts');
  }

  /** Text of bytes that `span` gave. */
  textOf(bytes: Uint8Array): string {
    if (bytes.length < 48) {
      let text = '';
      for (const byte of bytes) {
        if (byte > 0x7f) return this.decode(bytes);
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return this.decode(bytes);
  }

  /** Refuses the file. */
  fail(reason: string, position: number = this.position): never {
    throw new ModelFormatError(`${reason} (in ${this.path()})`, position);
  }

  private decode(bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail(`field ${this.field} is not UTF-8 text`, bytes.byteOffset - this.bytes.byteOffset);
    }
  }

  private path(): string {
    const own = this.index === undefined ? this.label : `${this.label} ${this.index}`;
    return this.parent === undefined ? own : `${this.parent.path()} > ${own}`;
  }

  private expect(wire: number): void {
    if (this.wire === wire) return;
    this.fail(`field ${this.field} is ${WIRE_NAMES[this.wire]} where ${WIRE_NAMES[wire]} belongs`);
  }

  private length(): number {
    const start = this.position;
    this.varint();
    const length = this.high * TWO_32 + this.low;
    if (length > this.end - this.position) {
      this.fail(`field ${this.field} should be ${length} bytes long, ${this.end - this.position} are left`, start);
    }
    return length;
  }

  private take(length: number): Uint8Array {
    if (length > this.end - this.position) this.fail(`the bytes end within field ${this.field}`);
    const start = this.position;
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  private viewOf(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private varintAsBigInt(end?: number): bigint {
    this.varint(end);
    if (this.high === 0) return BigInt(this.low);
    return (BigInt(this.high | 0) << 32n) | BigInt(this.low);
  }

  /** Reads up to 64 bits, seven in a byte, into `low` and `high`. */
  private varint(end: number = this.end): void {
    const { bytes } = this;
    const start = this.position;
    let at = start;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) this.fail('the bytes end within a number', start);
      const byte = bytes[at] ?? 0;
      at += 1;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.position = at;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    this.fail('a number has more than ten bytes', start);
  }

  private skipValue(): void {
    if (this.wire === wireTypes.varint) this.varint();
    else if (this.wire === wireTypes.fixed64) this.take(8);
    else if (this.wire === wireTypes.fixed32) this.take(4);
    else this.take(this.length());
  }

  private skipGroup(): void {
    const open = [this.field];
    while (open.length > 0) {
      if (!this.next()) this.fail('the bytes end within a group');
      if (this.wire === wireTypes.groupStart) {
        open.push(this.field);
        if (open.length > MAX_GROUP_DEPTH) this.fail('groups are nested too deep');
      } else if (this.wire === wireTypes.groupEnd) {
        if (open.pop() !== this.field) this.fail(`a group ends that did not begin, field ${this.field}`);
      } else this.skipValue();
    }
  }
}
