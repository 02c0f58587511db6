const firstCapacity = 256;

/** Writes one CBOR document, in the shortest form of every length and integer. */
export class CborWriter {
  private bytes = Buffer.allocUnsafe(firstCapacity);
  private at = 0;

  /** What was written so far. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** Opens a map; `2 × nEntries` values follow. */
  map(nEntries: number): void {
    this.head(5, nEntries);
  }

  /** Opens an array; `nItems` values follow. */
  array(nItems: number): void {
    this.head(4, nItems);
  }

  /** The tag of the value that follows. */
  tag(tag: number): void {
    this.head(6, tag);
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.head(3, bytes.length);
    this.raw(bytes);
  }

  byteString(value: Uint8Array): void {
    this.head(2, value.length);
    this.raw(value);
  }

  /** @param value a whole number; beyond 64 bits it becomes a big number */
  integer(value: number | bigint): void {
    const isNegative = value < 0;
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      this.head(isNegative ? 1 : 0, isNegative ? -1 - value : value);
      return;
    }
    const argument = isNegative ? -1n - BigInt(value) : BigInt(value);
    if (argument < 1n << 64n) {
      this.head(isNegative ? 1 : 0, argument);
      return;
    }
    const hex = argument.toString(16);
    this.tag(isNegative ? 3 : 2);
    this.byteString(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
  }

  /** Written with 64 bits, so that nothing is lost. */
  double(value: number): void {
    this.raw(Buffer.of(0xfb));
    this.reserve(8);
    this.at = this.bytes.writeDoubleBE(value, this.at);
  }

  boolean(value: boolean): void {
    this.raw(Buffer.of(value ? 0xf5 : 0xf4));
  }

  null(): void {
    this.raw(Buffer.of(0xf6));
  }

  private head(major: number, argument: number | bigint): void {
    this.reserve(9);
    const type = major << 5;
    if (argument < 24) this.at = this.bytes.writeUInt8(type | Number(argument), this.at);
    else if (argument < 0x100) {
      this.at = this.bytes.writeUInt8(type | 24, this.at);
      this.at = this.bytes.writeUInt8(Number(argument), this.at);
    } else if (argument < 0x1_0000) {
      this.at = this.bytes.writeUInt8(type | 25, this.at);
      this.at = this.bytes.writeUInt16BE(Number(argument), this.at);
    } else if (argument < 0x1_0000_0000) {
      this.at = this.bytes.writeUInt8(type | 26, this.at);
      this.at = this.bytes.writeUInt32BE(Number(argument), this.at);
    } else {
      this.at = this.bytes.writeUInt8(type | 27, this.at);
      this.at = this.bytes.writeBigUInt64BE(BigInt(argument), this.at);
    }
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private reserve(nBytes: number): void {
    if (this.at + nBytes <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.at + nBytes, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}
