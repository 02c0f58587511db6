import { createHmac, hash, type KeyObject } from 'node:crypto';
import type { HttpRequest } from '../http.js';
import { canonicalHead } from './canonical-request.js';
import { scopeText } from './credential-scope.js';
import type { SignatureClaim } from './signature-claim.js';
import { isSignature } from './signature-chain.js';
import type { SignatureMismatch } from './signing-errors.js';

const NON_ASCII = /[^\0-\x7f]/;

/** One request's Signature Version 4, ready to be compared once the body's hash is known. */
export class RequestSignature {
  private readonly isS3: boolean;

  constructor(
    private readonly request: HttpRequest,
    private readonly claim: SignatureClaim,
    private readonly key: KeyObject,
    style: 's3' | 'sts' | 'other',
  ) {
    this.isS3 = style === 's3';
  }

  /** Compares the given signature with ours in constant time. @param bodyHash the canonical request's last line */
  fits(bodyHash: string): boolean {
    const canonical = this.canonicalRequest(bodyHash, ', ');
    if (this.fitsCanonical(canonical)) return true;
    // Two things that HTTP hides from us: whether `a, b` were two headers (signed as `a,b`), and whether bytes beyond
    // ASCII, which Node reads as Latin-1, were signed as UTF-8 characters or as the bytes that were sent.
    const variants = [this.canonicalRequest(bodyHash, ',')].filter((variant) => variant !== canonical);
    for (const variant of [canonical, ...variants]) {
      if (variant !== canonical && this.fitsCanonical(variant)) return true;
      if (NON_ASCII.test(variant) && this.fitsCanonical(Buffer.from(variant, 'latin1'))) return true;
    }
    return false;
  }

  /** What S3 tells a caller whose signature does not fit. */
  mismatch(bodyHash: string): SignatureMismatch {
    const canonicalRequest = this.canonicalRequest(bodyHash, ', ');
    return {
      accessKeyId: this.claim.scope.accessKeyId,
      stringToSign: this.stringToSign(canonicalRequest),
      signature: this.claim.signature,
      canonicalRequest,
    };
  }

  private canonicalRequest(bodyHash: string, separator: ', ' | ','): string {
    return canonicalHead(this.request, { isS3: this.isS3, signed: this.claim.signedHeaders, separator }) + bodyHash;
  }

  private stringToSign(canonicalRequest: string | Buffer): string {
    return `AWS4-HMAC-SHA256\n${this.claim.time}\n${scopeText(this.claim.scope)}\n${hash('sha256', canonicalRequest)}`;
  }

  private fitsCanonical(canonicalRequest: string | Buffer): boolean {
    const expected = createHmac('sha256', this.key).update(this.stringToSign(canonicalRequest)).digest();
    return isSignature(this.claim.signature, expected);
  }
}
