/** How many bytes the sliced loops take at a time. */
const SLICES = 8;

/**
 * Builds the slicing-by-8 tables of a reflected 32-bit CRC.
 * @param polynomial the reflected generator polynomial, unsigned
 * @returns [slice * 256 + byte]: the register after `byte` and `slice` further zero bytes
 */
export function crc32Tables(polynomial: number): Uint32Array {
  const tables = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let register = byte;
    for (let bit = 0; bit < 8; bit += 1) register = register & 1 ? (register >>> 1) ^ polynomial : register >>> 1;
    tables[byte] = register;
  }
  for (let i = 256; i < tables.length; i += 1) {
    const previous = tables[i - 256]!;
    tables[i] = (previous >>> 8) ^ tables[previous & 0xff]!;
  }
  return tables;
}

/**
 * Advances a reflected 32-bit CRC register over some bytes.
 * @param tables   from `crc32Tables`
 * @param register the register before (not the finished, inverted value)
 * @returns the register after, as a signed 32-bit number
 */
export function crc32Advance(tables: Uint32Array, register: number, bytes: Uint8Array): number {
  let crc = register;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += SLICES) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      tables[1792 + (low & 0xff)]! ^
      tables[1536 + ((low >>> 8) & 0xff)]! ^
      tables[1280 + ((low >>> 16) & 0xff)]! ^
      tables[1024 + (low >>> 24)]! ^
      tables[768 + bytes[i + 4]!]! ^
      tables[512 + bytes[i + 5]!]! ^
      tables[256 + bytes[i + 6]!]! ^
      tables[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i += 1) crc = (crc >>> 8) ^ tables[(crc ^ bytes[i]!) & 0xff]!;
  return crc;
}
