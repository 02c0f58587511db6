import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checksum, ChecksumAlgorithms, digestSizeBytes, type ChecksumAlgorithm } from './checksum.js';
import { crc32, crc32ByTables } from './crc32.js';

const ofText = (algorithm: ChecksumAlgorithm, text: string): string => {
  const sum = checksum(algorithm);
  sum.update(Buffer.from(text));
  return sum.digest().toString('hex');
};

/** Bit by bit in BigInt, as the definition says: slow and obviously right. */
function crcByDefinition(bytes: Uint8Array, polynomial: bigint, width: bigint): string {
  const ones = (1n << width) - 1n;
  let register = ones;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) register = register & 1n ? (register >> 1n) ^ polynomial : register >> 1n;
  }
  return (register ^ ones).toString(16).padStart(Number(width) / 4, '0');
}

describe('checksum', () => {
  // The check values of the CRC catalogue (reveng) for the nine digits.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
  ] as const)('%s of 123456789 is the catalogue’s check value', (algorithm, expected) => {
    expect(ofText(algorithm, '123456789')).toBe(expected);
  });

  it('gives RFC 3720’s CRC32C vectors', () => {
    const sum = checksum('CRC32C');
    sum.update(Buffer.alloc(32));
    expect(sum.digest().toString('hex')).toBe('8a9136aa');
    const ones = checksum('CRC32C');
    ones.update(Buffer.alloc(32, 0xff));
    expect(ones.digest().toString('hex')).toBe('62a8ab43');
  });

  it.each([
    ['CRC32', 0xedb88320n, 32n],
    ['CRC32C', 0x82f63b78n, 32n],
    ['CRC64NVME', 0x9a6c9329ac4bc9b5n, 64n],
  ] as const)('%s agrees with its definition at every length around the slices', (algorithm, polynomial, width) => {
    for (let length = 0; length <= 40; length += 1) {
      const bytes = randomBytes(length);
      const sum = checksum(algorithm);
      sum.update(bytes);
      expect(sum.digest().toString('hex')).toBe(crcByDefinition(bytes, polynomial, width));
    }
  });

  it.each(ChecksumAlgorithms)('%s does not depend on how the bytes are split', (algorithm) => {
    const bytes = randomBytes(5_000);
    const whole = checksum(algorithm);
    whole.update(bytes);
    const split = checksum(algorithm);
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + ((at * 7) % 23);
      split.update(bytes.subarray(at, end));
      at = end;
    }
    const digest = whole.digest();
    expect(digest.length).toBe(digestSizeBytes(algorithm));
    expect(split.digest()).toEqual(digest);
  });

  it('computes CRC32 by tables exactly as zlib does', () => {
    const bytes = randomBytes(1_021);
    const tables = crc32ByTables();
    const native = crc32();
    const withoutZlib = crc32(undefined);
    for (const sum of [tables, native, withoutZlib]) sum.update(bytes);
    expect(tables.digest()).toEqual(native.digest());
    expect(withoutZlib.digest()).toEqual(native.digest());
  });

  it('gives node:crypto’s SHA digests', () => {
    expect(ofText('SHA256', 'abc')).toBe(createHash('sha256').update('abc').digest('hex'));
    expect(ofText('SHA1', 'abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  });
});
