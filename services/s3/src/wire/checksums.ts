import { ChecksumAlgorithms, type ChecksumAlgorithm, type Headers } from '@lantern/aws-protocol';
import type { Checksums, Expectations } from '@lantern/store';

/** The members that carry checksums, in requests and responses alike. */
export interface ChecksumMembers {
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

/** Checksums from a request's members. */
export function readChecksums(input: ChecksumMembers): Checksums {
  const found: Partial<Record<ChecksumAlgorithm, string>> = {};
  for (const algorithm of ChecksumAlgorithms) {
    const value = input[`Checksum${algorithm}`];
    if (value !== undefined) found[algorithm] = value;
  }
  return found;
}

/** Checksums as a response's members. */
export const writeChecksums = (checksums: Checksums): ChecksumMembers =>
  Object.fromEntries(Object.entries(checksums).map(([algorithm, value]) => [`Checksum${algorithm}`, value]));

interface BodyMembers extends ChecksumMembers {
  readonly ContentMD5?: string | undefined;
  readonly ContentLength?: number | undefined;
  readonly ChecksumAlgorithm?: ChecksumAlgorithm | undefined;
}

/**
 * What a request says about its body. A checksum that comes behind the body was announced by `x-amz-trailer`; its value is
 * verified where the body is decoded, and computed again here to be kept.
 */
export function readExpectations(input: BodyMembers, headers: Headers): Expectations {
  const checksums = readChecksums(input);
  const trailing = ChecksumAlgorithms.find((algorithm) =>
    (headers['x-amz-trailer'] ?? '')
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes(`x-amz-checksum-${algorithm.toLowerCase()}`),
  );
  const algorithm = trailing ?? (Object.keys(checksums).length > 0 ? undefined : input.ChecksumAlgorithm);
  const decodedLength = headers['x-amz-decoded-content-length'];
  const sizeBytes = decodedLength === undefined ? input.ContentLength : Number(decodedLength);
  return {
    checksums,
    ...(algorithm && { checksumAlgorithm: algorithm }),
    ...(input.ContentMD5 !== undefined && { contentMd5: input.ContentMD5 }),
    ...(sizeBytes !== undefined && Number.isSafeInteger(sizeBytes) && { sizeBytes }),
  };
}
