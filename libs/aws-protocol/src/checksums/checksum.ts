import { createHash } from 'node:crypto';
import { crc32, crc32c } from './crc32.js';
import { crc64nvme } from './crc64nvme.js';

/** S3's checksum algorithms that we compute, by AWS's names. */
export const ChecksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof ChecksumAlgorithms)[number];

/** A running checksum. `digest` gives the bytes that AWS's headers carry in base64, most significant first. */
export interface Checksum {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

const makers: Readonly<Record<ChecksumAlgorithm, () => Checksum>> = {
  CRC32: () => crc32(),
  CRC32C: crc32c,
  CRC64NVME: crc64nvme,
  SHA1: () => hashing('sha1'),
  SHA256: () => hashing('sha256'),
};

/** Starts a checksum. */
export const checksum = (algorithm: ChecksumAlgorithm): Checksum => makers[algorithm]();

/** A cryptographic digest as a `Checksum`, e.g. `md5` for `content-md5`. */
export function hashing(name: 'md5' | 'sha1' | 'sha256'): Checksum {
  const hash = createHash(name);
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => hash.digest(),
  };
}

const SIZES_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** The length of an algorithm's digest, in bytes. */
export const digestSizeBytes = (algorithm: ChecksumAlgorithm): number => SIZES_BYTES[algorithm];
