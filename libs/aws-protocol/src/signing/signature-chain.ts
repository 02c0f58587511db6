import { createHmac, hash, timingSafeEqual, type KeyObject } from 'node:crypto';

const SIGNATURE = /^[0-9a-f]{64}$/;

/** SHA-256 of nothing, in hex. */
export const EMPTY_SHA256 = hash('sha256', '');

/** Compares a signature with the expected bytes in constant time; anything but 64 lower-case hex digits is unequal. */
export const isSignature = (given: string, expected: Buffer): boolean =>
  SIGNATURE.test(given) && timingSafeEqual(Buffer.from(given, 'hex'), expected);

/** What signs on one day. */
interface DaysKey {
  readonly key: KeyObject;
  /** `20130524/us-east-1/s3/aws4_request` */
  readonly scope: string;
}

/** What a chain of signatures starts from. */
export interface ChainSeed extends DaysKey {
  /** The key and scope of another day: clients sign the events of a stream that runs past midnight with that day's. */
  readonly onDay?: (date: string) => DaysKey;
  /** The request's time, `20130524T000000Z`. */
  readonly time: string;
  /** The request's own signature, in hex. */
  readonly signature: string;
}

/**
 * Signatures that each cover the one before: chunks and trailers of an upload, frames of an event stream.
 * A signature that fits becomes the predecessor of the next.
 */
export class SignatureChain {
  private previous: string;

  constructor(private readonly seed: ChainSeed) {
    this.previous = seed.signature;
  }

  /** Checks a chunk's signature over its data's SHA-256 (hex). */
  acceptsChunk(signature: string, dataSha256: string): boolean {
    return this.accepts(signature, `AWS4-HMAC-SHA256-PAYLOAD\n${this.seed.time}`, `${EMPTY_SHA256}\n${dataSha256}`);
  }

  /** Checks the signature over the canonical trailing headers' SHA-256 (hex). */
  acceptsTrailer(signature: string, trailerSha256: string): boolean {
    return this.accepts(signature, `AWS4-HMAC-SHA256-TRAILER\n${this.seed.time}`, trailerSha256);
  }

  /**
   * Checks an event's signature.
   * @param time         the event's own `:date`, `20130524T000000Z`
   * @param headerSha256 SHA-256 (hex) of the encoded `:date` header
   */
  acceptsEvent(signature: string, time: string, headerSha256: string, payloadSha256: string): boolean {
    const head = `AWS4-HMAC-SHA256-PAYLOAD\n${time}`;
    const tail = `${headerSha256}\n${payloadSha256}`;
    if (this.accepts(signature, head, tail)) return true;
    const day = time.slice(0, 8);
    const other = day === this.seed.time.slice(0, 8) ? undefined : this.seed.onDay?.(day);
    return other !== undefined && this.accepts(signature, head, tail, other);
  }

  private accepts(signature: string, head: string, tail: string, { key, scope }: DaysKey = this.seed): boolean {
    const text = `${head}\n${scope}\n${this.previous}\n${tail}`;
    const fits = isSignature(signature, createHmac('sha256', key).update(text).digest());
    if (fits) this.previous = signature;
    return fits;
  }
}
