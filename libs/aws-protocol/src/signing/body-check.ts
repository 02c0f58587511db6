import { checksum, hashing, type Checksum } from '../checksums/checksum.js';
import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import type { ExpectedDigest, PayloadPlan } from './authentication.js';
import { ChunkParser } from './chunk-parser.js';
import { algorithmOfHeader, parseDigest } from './declared-digests.js';
import { signingErrors } from './errors-by-style.js';

/** The digests of a body that were verified, in base64, by header name (`x-amz-checksum-crc32`, `content-md5`). */
export type VerifiedDigests = Readonly<Record<string, string>>;

/** Decodes a body and checks everything that was promised of it. */
export class BodyCheck {
  private readonly sha256: Checksum | undefined;
  private readonly parser: ChunkParser | undefined;
  private readonly sums: readonly { readonly header: string; readonly sum: Checksum }[];
  private verified: VerifiedDigests | undefined;

  constructor(
    private readonly plan: PayloadPlan,
    request: HttpRequest,
  ) {
    const { chunked, digests, style } = plan;
    this.sha256 = plan.checkSha256 === undefined ? undefined : hashing('sha256');
    this.parser = chunked === undefined ? undefined : new ChunkParser(chunked, signingErrors(style, request));
    const headers = [...digests.map(({ header }) => header), ...(chunked?.trailers ?? [])];
    this.sums = headers.map((header) => ({ header, sum: sumOf(header) }));
  }

  /** @param emit is given the decoded bytes. @throws ServiceError */
  write(bytes: Buffer, emit: (data: Buffer) => void): void {
    if (this.parser !== undefined) this.parser.write(bytes, (data) => this.take(data, emit));
    else this.take(bytes, emit);
  }

  /** @throws ServiceError if anything that was promised does not hold */
  end(): void {
    this.parser?.end();
    if (this.sha256 !== undefined) this.plan.checkSha256?.(this.sha256.digest().toString('hex'));
    const trailing = [...(this.parser?.trailers ?? [])].map(([name, value]) => parseDigest(name, value));
    const expected = [...this.plan.digests, ...trailing];
    const verified: Record<string, string> = {};
    for (const { header, sum } of this.sums) {
      const actual = sum.digest();
      requireDigest(
        expected.filter((digest) => digest.header === header),
        actual,
      );
      verified[header] = actual.toString('base64');
    }
    this.verified = verified;
  }

  /** What was verified; empty before `end` returned. */
  get digests(): VerifiedDigests {
    return this.verified ?? {};
  }

  private take(data: Buffer, emit: (data: Buffer) => void): void {
    this.sha256?.update(data);
    for (const { sum } of this.sums) sum.update(data);
    emit(data);
  }
}

function sumOf(header: string): Checksum {
  const algorithm = algorithmOfHeader(header);
  return algorithm === undefined ? hashing('md5') : checksum(algorithm);
}

/** Digests are no secrets: an ordinary comparison will do. */
function requireDigest(expected: readonly ExpectedDigest[], actual: Buffer): void {
  for (const { algorithm, digest } of expected) {
    if (digest.equals(actual)) continue;
    if (algorithm !== 'MD5') {
      throw new ServiceError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
    throw new ServiceError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, {
      ExpectedDigest: digest.toString('hex'),
      CalculatedDigest: actual.toString('base64'),
    });
  }
}
