import type { HttpRequest } from '../http.js';
import { claimedScope } from '../signing/claimed-scope.js';

/** What a request says of its signature, unverified: enough to route it. */
export interface Claims {
  /** The service part of the credential scope. */
  readonly service?: string;
  /** A bearer token carries no scope. */
  readonly bearer?: true;
}

/** Reads the claimed service from the Authorization header or the presigned query. */
export function readClaims(request: Pick<HttpRequest, 'headers' | 'rawQuery'>): Claims {
  const authorization = request.headers['authorization'] ?? '';
  if (/^Bearer\s/i.test(authorization)) return { bearer: true };
  // Version 2 signatures, `AWS key:signature`, were only ever S3's here.
  if (/^AWS [^\s:]+:/.test(authorization)) return { service: 's3' };
  const { service } = claimedScope(request);
  return service === undefined ? {} : { service };
}
