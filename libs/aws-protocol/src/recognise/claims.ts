import type { HttpRequest } from '../http.js';

/** What a request says of its signature, unverified: enough to route it. */
export interface Claims {
  /** The service part of the credential scope. */
  readonly service?: string;
  /** A bearer token carries no scope. */
  readonly bearer?: true;
}

const scopePart = /^[^/]{1,128}\/\d{8}\/[\w-]{1,64}\/([\w-]{1,64})\/aws4_request$/;

function scopeOf(credential: string | undefined): string | undefined {
  return credential === undefined ? undefined : scopePart.exec(credential)?.[1];
}

function queryCredential(rawQuery: string): string | undefined {
  const raw = /(?:^|&)X-Amz-Credential=([^&]{1,512})/i.exec(rawQuery)?.[1];
  if (raw === undefined) return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/** Reads the claimed service from the Authorization header or the presigned query. */
export function readClaims({ headers, rawQuery }: Pick<HttpRequest, 'headers' | 'rawQuery'>): Claims {
  const authorization = headers['authorization'];
  if (authorization !== undefined) {
    if (/^Bearer\s/i.test(authorization)) return { bearer: true };
    // Version 2 signatures, `AWS key:signature`, were only ever S3's here.
    if (/^AWS [^\s:]+:/.test(authorization)) return { service: 's3' };
    const service = scopeOf(/Credential=([^,\s]{1,512})/.exec(authorization)?.[1]);
    if (service !== undefined) return { service };
  }
  const service = scopeOf(queryCredential(rawQuery));
  if (service !== undefined) return { service };
  return /(?:^|&)AWSAccessKeyId=/.test(rawQuery) ? { service: 's3' } : {};
}
