import type { ServiceError } from '../errors.js';

/** A time that does not fit, in epoch milliseconds. */
export interface TimeMismatch {
  readonly signedAtMs: number;
  readonly nowMs: number;
  /** How far `signedAtMs` may be from `nowMs`, or how long a URL lives. */
  readonly allowedMs: number;
}

/** What was signed and what should have been; nothing of it is secret. */
export interface SignatureMismatch {
  readonly accessKeyId: string;
  readonly stringToSign: string;
  readonly signature: string;
  readonly canonicalRequest?: string;
}

/** Why an `Authorization` header or a signed query could not be read. */
export interface Malformation {
  /** Where the credentials were. */
  readonly place: 'header' | 'query';
  /** A sentence fragment in S3's words. */
  readonly s3: string;
  /** A sentence in everyone else's words. */
  readonly other: string;
}

/** AWS's names, statuses and sentences for everything that can be wrong with a caller's credentials. */
export interface SigningErrors {
  missing(): ServiceError;
  malformed(problem: Malformation): ServiceError;
  unknownKey(accessKeyId: string): ServiceError;
  unknownApiKey(): ServiceError;
  wrongToken(token: string): ServiceError;
  expiredToken(token: string): ServiceError;
  mismatch(detail: SignatureMismatch): ServiceError;
  /** A header-signed request is too old or too new. */
  skewed(mismatch: TimeMismatch): ServiceError;
  /** A presigned URL is used after its end. */
  urlExpired(mismatch: TimeMismatch): ServiceError;
  /** A presigned URL is used before its date. */
  urlNotYetValid(mismatch: TimeMismatch): ServiceError;
  headersNotSigned(names: readonly string[]): ServiceError;
  /** The scope's date is not the request's. */
  wrongScopeDate(place: 'header' | 'query', scopeDate: string, requestTime: string): ServiceError;
  wrongScopeService(expected: string, actual: string): ServiceError;
}
