import type { Principal } from '../call.js';
import type { ChecksumAlgorithm } from '../checksums/checksum.js';
import type { SignatureChain } from './signature-chain.js';

/** A key pair as the server knows it. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present for temporary credentials; the request must then carry exactly this token. */
  readonly sessionToken?: string;
  /** From this instant on the credentials are refused. */
  readonly expiresAt?: Date;
  readonly principal: Principal;
}

/** Where credentials are looked up. Unknown or disabled keys are `undefined`. */
export interface CredentialSource {
  byAccessKeyId(id: string): Promise<Credentials | undefined> | Credentials | undefined;
  /** `key` is the whole secret after `Bearer `. */
  byApiKey(key: string): Promise<Credentials | undefined> | Credentials | undefined;
}

/**
 * Whose error names and sentences to use.
 * S3 and STS have their own; every other service shares one set. Other query services (SNS) answer as STS does.
 */
export type ErrorStyle = 's3' | 'sts' | 'other';

export interface AuthenticateOptions {
  readonly source: CredentialSource;
  /** The server's clock, in epoch milliseconds. */
  readonly now: () => number;
  /** `strict` verifies; `open` believes whatever the request claims. */
  readonly mode: 'strict' | 'open';
  readonly errorStyle: ErrorStyle;
  /** How far a request's time may be from ours. @default 15 minutes for S3 and STS, 5 minutes otherwise */
  readonly maxSkewMs?: number;
  /** The region of callers that name none (API keys, Signature Version 2). @default 'us-east-1' */
  readonly defaultRegion?: string;
  /** Whether a request without any credentials passes, as nobody. @default false */
  readonly allowUnsigned?: boolean;
  /** The bucket named by the Host header, when the request is virtual-hosted; Signature Version 2 signs it. */
  readonly hostBucket?: string;
}

/**
 * Who calls and how the body must be checked.
 *
 * A request may be authenticated by a hash of its body. Nothing may be done for the caller before the body was read by
 * `readVerifiedBody`, `openVerifiedBody` (to its end) or checked by `verifyBody`, also where no body is expected.
 */
export interface Authentication {
  readonly principal: Principal;
  readonly region: string;
  /** The credential scope's service, e.g. `s3`; empty where the request names none. */
  readonly service: string;
  readonly kind: 'header' | 'presigned' | 'presigned-v2' | 'bearer' | 'open' | 'unsigned';
  readonly payload: PayloadPlan;
}

/** A digest that the request's headers promise of its body. */
export interface ExpectedDigest {
  /** The header it came in, e.g. `x-amz-checksum-crc32` or `content-md5`. */
  readonly header: string;
  readonly algorithm: ChecksumAlgorithm | 'MD5';
  readonly digest: Buffer;
}

/** The `aws-chunked` framing of a body. */
export interface ChunkedFraming {
  /** Signs the chunks; absent for unsigned ones. */
  readonly chain?: SignatureChain;
  /** Lower-case names of the announced trailing headers. */
  readonly trailers: readonly string[];
  /** The length after decoding, from `x-amz-decoded-content-length`. */
  readonly decodedBytes: number;
}

/** What is to be verified while the body is read. */
export interface PayloadPlan {
  readonly style: ErrorStyle;
  /** Throws if the body's SHA-256 (lower-case hex) is not the signed one; absent when the body's hash is not signed. */
  readonly checkSha256?: (actualHex: string) => void;
  /** Present when the body is `aws-chunked`. */
  readonly chunked?: ChunkedFraming;
  /** Digests given in headers. */
  readonly digests: readonly ExpectedDigest[];
  /** Continues the request's signature over an event stream (`STREAMING-AWS4-HMAC-SHA256-EVENTS`). */
  readonly events?: SignatureChain;
}
