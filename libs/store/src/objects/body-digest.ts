import { createHash } from 'node:crypto';
import { checksum, type Checksum, type ChecksumAlgorithm } from '@lantern/aws-protocol';
import { badDigest, entityTooLarge, incompleteBody, invalidDigest } from './object-errors.js';
import type { Checksums, Expectations } from './object-types.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: most bytes of one PUT or one part. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;
const MD5_BYTES = 16;

export interface DigestedBody {
  readonly sizeBytes: number;
  readonly md5: Buffer;
  readonly checksums: Checksums;
}

/** Measures a body while it passes, and checks at its end what the caller said about it. */
export class BodyDigest {
  private sizeBytes = 0;
  private readonly md5 = createHash('md5');
  private readonly running = new Map<ChecksumAlgorithm, Checksum>();

  constructor(private readonly expected: Expectations) {
    if (expected.contentMd5 !== undefined && Buffer.from(expected.contentMd5, 'base64').length !== MD5_BYTES)
      throw invalidDigest();
    if (expected.sizeBytes !== undefined && expected.sizeBytes > MAX_BODY_BYTES) throw entityTooLarge(MAX_BODY_BYTES);
    // Keys of a Checksums object are algorithms by its type.
    const algorithms = Object.keys(expected.checksums ?? {}) as ChecksumAlgorithm[];
    if (expected.checksumAlgorithm) algorithms.push(expected.checksumAlgorithm);
    for (const algorithm of algorithms) this.running.set(algorithm, checksum(algorithm));
  }

  /** Throws EntityTooLarge, or IncompleteBody where more comes than was announced. */
  update(chunk: Uint8Array): void {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > MAX_BODY_BYTES) throw entityTooLarge(MAX_BODY_BYTES);
    if (this.expected.sizeBytes !== undefined && this.sizeBytes > this.expected.sizeBytes) throw incompleteBody();
    this.md5.update(chunk);
    for (const running of this.running.values()) running.update(chunk);
  }

  /** Throws IncompleteBody or BadDigest. Call once. */
  finish(): DigestedBody {
    const { sizeBytes, contentMd5, checksums: claimed = {} } = this.expected;
    if (sizeBytes !== undefined && sizeBytes !== this.sizeBytes) throw incompleteBody();
    const md5 = this.md5.digest();
    if (contentMd5 !== undefined && !md5.equals(Buffer.from(contentMd5, 'base64'))) throw badDigest('Content-MD5');
    const checksums: Partial<Record<ChecksumAlgorithm, string>> = {};
    for (const [algorithm, running] of this.running) {
      const value = running.digest().toString('base64');
      if (claimed[algorithm] !== undefined && claimed[algorithm] !== value) throw badDigest(algorithm);
      checksums[algorithm] = value;
    }
    return { sizeBytes: this.sizeBytes, md5, checksums };
  }
}
