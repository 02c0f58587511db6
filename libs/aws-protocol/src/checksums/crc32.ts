import * as zlib from 'node:zlib';
import { crc32Advance, crc32Tables } from './crc-tables.js';
import type { Checksum } from './checksum.js';

/** The reflected polynomials: ISO-HDLC (zlib, PNG) and Castagnoli (iSCSI). */
const ISO_HDLC = 0xedb88320;
const CASTAGNOLI = 0x82f63b78;

/** Tables cost 8 KiB and a tenth of a millisecond, so each set is built on first use. */
const tablesByPolynomial = new Map<number, Uint32Array>();

function tablesOf(polynomial: number): Uint32Array {
  let tables = tablesByPolynomial.get(polynomial);
  if (tables === undefined) tablesByPolynomial.set(polynomial, (tables = crc32Tables(polynomial)));
  return tables;
}

function bigEndian(value: number): Buffer {
  const digest = Buffer.allocUnsafe(4);
  digest.writeUInt32BE(value >>> 0);
  return digest;
}

/** A reflected 32-bit CRC by tables. */
class TableCrc32 implements Checksum {
  private readonly tables: Uint32Array;
  private register = -1;

  constructor(polynomial: number) {
    this.tables = tablesOf(polynomial);
  }

  update(chunk: Uint8Array): void {
    this.register = crc32Advance(this.tables, this.register, chunk);
  }

  digest(): Buffer {
    return bigEndian(~this.register);
  }
}

/** CRC32 by zlib, which uses the processor's carry-less multiplication. */
class NativeCrc32 implements Checksum {
  private value = 0;

  constructor(private readonly advance: NonNullable<typeof zlib.crc32>) {}

  update(chunk: Uint8Array): void {
    this.value = this.advance(chunk, this.value);
  }

  digest(): Buffer {
    return bigEndian(this.value);
  }
}

/** CRC32 (ISO-HDLC), big-endian; by zlib where Node has it (20.20 and later), else by tables. */
export function crc32(native: typeof zlib.crc32 | undefined = zlib.crc32): Checksum {
  return typeof native === 'function' ? new NativeCrc32(native) : crc32ByTables();
}

/** CRC32 (ISO-HDLC) without zlib's help. */
export const crc32ByTables = (): Checksum => new TableCrc32(ISO_HDLC);

/** CRC32C (Castagnoli), big-endian. */
export const crc32c = (): Checksum => new TableCrc32(CASTAGNOLI);
