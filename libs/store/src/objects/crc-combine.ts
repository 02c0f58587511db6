import type { ChecksumAlgorithm } from '@lantern/aws-protocol';

// The checksum of a whole from those of its parts: a CRC is linear, so running it over n zero bytes is a matrix over GF(2)
// that depends on n only. The method is zlib's crc32_combine (https://zlib.net, Mark Adler), for any width.

/** Bit-reflected polynomials; all three start from and end with all ones. */
const polynomials: Readonly<
  Partial<Record<ChecksumAlgorithm, { readonly bits: number; readonly polynomial: bigint }>>
> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

type Matrix = readonly bigint[];
const zeroBytes = new Map<ChecksumAlgorithm, Matrix[]>();

/** Whether checksums of parts can be combined into that of the whole. */
export const isCombinable = (algorithm: ChecksumAlgorithm): boolean => polynomials[algorithm] !== undefined;

/**
 * Combines the CRCs of consecutive parts.
 * @param parts values in base64 and the parts' sizes
 * @returns the CRC of the parts together, in base64
 */
export function combineCrcs(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly value: string; readonly sizeBytes: number }[],
): string {
  const kind = polynomials[algorithm];
  if (!kind) throw new Error(`${algorithm} values cannot be combined`);
  const total = parts.reduce(
    (crc, { value, sizeBytes }) =>
      appendZeros(algorithm, crc, sizeBytes) ^ BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`),
    0n,
  );
  return Buffer.from(total.toString(16).padStart(kind.bits / 4, '0'), 'hex').toString('base64');
}

function appendZeros(algorithm: ChecksumAlgorithm, crc: bigint, sizeBytes: number): bigint {
  let value = crc;
  for (let left = sizeBytes, power = 0; left > 0; left = Math.floor(left / 2), power++)
    if (left % 2 === 1) value = multiply(zeros(algorithm, power), value);
  return value;
}

/** The matrix that appends 2^power zero bytes. */
function zeros(algorithm: ChecksumAlgorithm, power: number): Matrix {
  const known = zeroBytes.get(algorithm) ?? [];
  zeroBytes.set(algorithm, known);
  if (known.length === 0) {
    const { bits, polynomial } = polynomials[algorithm]!;
    const oneBit = Array.from({ length: bits }, (_, row) => (row === 0 ? polynomial : 1n << BigInt(row - 1)));
    known.push(square(square(square(oneBit))));
  }
  while (known.length <= power) known.push(square(known.at(-1)!));
  return known[power]!;
}

function multiply(matrix: Matrix, vector: bigint): bigint {
  let sum = 0n;
  for (let row = 0, left = vector; left > 0n; row++, left >>= 1n) if (left & 1n) sum ^= matrix[row]!;
  return sum;
}

const square = (matrix: Matrix): Matrix => matrix.map((row) => multiply(matrix, row));
