import { createHash } from 'node:crypto';
import { checksum, type ChecksumAlgorithm } from '@lantern/aws-protocol';
import { combineCrcs, isCombinable } from './crc-combine.js';
import { entityTooSmall, invalidPart, invalidPartOrder, invalidRequest } from './object-errors.js';
import type { Checksums, ChecksumType, CompletedPart, PartHead } from './object-types.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MIN_PART_BYTES = 5 * 1024 ** 2;
export const MAX_PART_NUMBER = 10_000;

const bare = (etag: string) => etag.replace(/^"(.*)"$/, '$1');

/**
 * Picks the parts that a caller lists, in its order, from those that were uploaded.
 * @throws InvalidPartOrder, InvalidPart (absent, or another entity tag or checksum), EntityTooSmall (all but the last)
 */
export function pickParts<Part extends PartHead>(uploaded: readonly Part[], listed: readonly CompletedPart[]): Part[] {
  const byNumber = new Map(uploaded.map((part) => [part.partNumber, part]));
  const picked = listed.map(({ partNumber, etag, checksums = {} }, index) => {
    if (index > 0 && partNumber <= listed[index - 1]!.partNumber) throw invalidPartOrder();
    const part = byNumber.get(partNumber);
    if (!part || part.etag !== bare(etag)) throw invalidPart(partNumber);
    for (const [algorithm, value] of Object.entries(checksums)) {
      // Keys of a Checksums object are algorithms by its type.
      if (part.checksums[algorithm as ChecksumAlgorithm] !== value) throw invalidPart(partNumber);
    }
    return part;
  });
  for (const part of picked.slice(0, -1))
    if (part.sizeBytes < MIN_PART_BYTES) throw entityTooSmall(part.sizeBytes, MIN_PART_BYTES, part.partNumber);
  return picked;
}

/** The entity tag of an object made of parts: the MD5 of their MD5s, and their number. */
export function multipartEtag(parts: readonly { readonly etag: string }[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

/** How checksums of parts become one, where the upload does not say. */
export const defaultChecksumType = (algorithm: ChecksumAlgorithm): ChecksumType =>
  algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';

/** Throws InvalidRequest where S3 has no such kind of checksum. */
export function requireChecksumType(algorithm: ChecksumAlgorithm, type: ChecksumType): void {
  const isAllowed = type === 'FULL_OBJECT' ? isCombinable(algorithm) : algorithm !== 'CRC64NVME';
  if (!isAllowed)
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
}

/**
 * The checksum of an object made of parts.
 * @throws InvalidRequest where a part has none of the upload's algorithm
 */
export function multipartChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly checksums: Checksums; readonly sizeBytes: number; readonly partNumber: number }[],
): Checksums {
  const values = parts.map(({ checksums, sizeBytes, partNumber }) => {
    const value = checksums[algorithm];
    if (value === undefined)
      throw invalidRequest(
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      );
    return { value, sizeBytes };
  });
  if (type === 'FULL_OBJECT') return { [algorithm]: combineCrcs(algorithm, values) };
  const whole = checksum(algorithm);
  for (const { value } of values) whole.update(Buffer.from(value, 'base64'));
  return { [algorithm]: `${whole.digest().toString('base64')}-${parts.length}` };
}
