/** A header block of a tar archive, as POSIX.1-1988 (ustar), POSIX.1-2001 (pax) and GNU tar write it. */
export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  readonly kind: TarKind;
}

export type TarKind = 'file' | 'folder' | 'long-name' | 'long-link' | 'pax' | 'pax-global' | 'link' | 'device' | 'other';

export const TAR_BLOCK_BYTES = 512;

/** Type flags: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, and L and K of GNU tar. */
const kinds: Readonly<Record<string, TarKind>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '6': 'device',
  '5': 'folder',
  L: 'long-name',
  K: 'long-link',
  x: 'pax',
  g: 'pax-global',
};

/**
 * Reads a header block.
 * @returns undefined for a block of zeros, which ends an archive; a sentence for a block that is no header
 */
export function readTarHeader(block: Uint8Array): TarHeader | string | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const stored = readNumber(block.subarray(148, 156));
  if (stored === undefined || stored !== checksumOf(block)) return 'is damaged: the checksum of a header does not fit';
  const sizeBytes = readNumber(block.subarray(124, 136));
  if (sizeBytes === undefined) return 'is damaged: a member has no size';
  const isUstar = text(block.subarray(257, 262)) === 'ustar';
  // GNU tar uses the place of the prefix for times.
  const prefix = isUstar && block[262] === 0 ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  const kind = kinds[String.fromCharCode(block[156] ?? 0)] ?? 'other';
  // Before ustar, a folder was a name with a slash at its end.
  const isOldFolder = kind === 'file' && name.endsWith('/');
  return { name: prefix ? `${prefix}/${name}` : name, sizeBytes, kind: isOldFolder ? 'folder' : kind };
}

/** The sum of all bytes, with those of the checksum itself as blanks. */
function checksumOf(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < TAR_BLOCK_BYTES; i++) sum += i >= 148 && i < 156 ? 32 : block[i]!;
  return sum;
}

/** Octal digits, or GNU's big-endian binary with the highest bit set; undefined for anything else or too large a number. */
function readNumber(field: Uint8Array): number | undefined {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = text(field).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : undefined;
}

/** Up to the first zero byte. */
export function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/**
 * Records of a pax header: `<length> <name>=<value>\n`, the length in decimal and of the whole record.
 * @returns a sentence where they are not of that form
 */
export function readPaxRecords(bytes: Uint8Array): ReadonlyMap<string, string> | string {
  const damaged = 'is damaged: an extended header is not readable';
  const records = new Map<string, string>();
  for (let offset = 0; offset < bytes.length; ) {
    const blank = bytes.indexOf(32, offset);
    const digits = blank < 0 || blank - offset > 10 ? '' : new TextDecoder().decode(bytes.subarray(offset, blank));
    const end = /^\d+$/.test(digits) ? offset + Number(digits) : 0;
    if (end <= blank + 2 || end > bytes.length || bytes[end - 1] !== 10) return damaged;
    const record = new TextDecoder().decode(bytes.subarray(blank + 1, end - 1));
    const equals = record.indexOf('=');
    if (equals < 1) return damaged;
    records.set(record.slice(0, equals), record.slice(equals + 1));
    offset = end;
  }
  return records;
}
