import { Bzip2Error } from './bzip2-error.js';

/** Reads bits from the highest to the lowest, as bzip2 writes them. */
export class BitReader {
  private held = 0;
  private nHeld = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private offset = 0,
  ) {}

  /** Up to 24 bits. */
  read(nBits: number): number {
    while (this.nHeld < nBits) {
      if (this.offset >= this.bytes.length) throw new Bzip2Error('ends too early');
      this.held = (this.held << 8) | this.bytes[this.offset++]!;
      this.nHeld += 8;
    }
    this.nHeld -= nBits;
    return (this.held >>> this.nHeld) & ((1 << nBits) - 1);
  }

  /** 32 bits, without sign. */
  read32(): number {
    return ((this.read(16) << 16) | this.read(16)) >>> 0;
  }

  /** Up to 20 bits without moving on; zeros stand in after the end. */
  peek(nBits: number): number {
    while (this.nHeld < nBits) {
      this.held = (this.held << 8) | (this.offset < this.bytes.length ? this.bytes[this.offset]! : 0);
      this.offset++;
      this.nHeld += 8;
    }
    return (this.held >>> (this.nHeld - nBits)) & ((1 << nBits) - 1);
  }

  /** Moves on by bits that were looked at. */
  skip(nBits: number): void {
    this.nHeld -= nBits;
    if (this.offset - (this.nHeld >> 3) > this.bytes.length) throw new Bzip2Error('ends too early');
  }

  get bitsRead(): number {
    return this.offset * 8 - this.nHeld;
  }
}
