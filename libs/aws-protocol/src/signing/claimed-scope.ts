import type { HttpRequest } from '../http.js';
import { headerOf } from './canonical-request.js';
import { parseCredential } from './credential-scope.js';
import { queryParameters } from './signature-claim.js';

/** What a request claims of its caller. */
export interface ClaimedScope {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly service?: string;
}

/** Reads the credential scope without verifying anything: for routing only. Never throws. */
export function claimedScope(request: Pick<HttpRequest, 'headers' | 'rawQuery'>): ClaimedScope {
  const authorization = headerOf(request.headers, 'authorization');
  if (authorization !== undefined) {
    const credential = /[ ,]Credential=([^,\s]+)/.exec(authorization)?.[1];
    return credential === undefined ? {} : (parseCredential(credential) ?? {});
  }
  if (!request.rawQuery.includes('X-Amz-Credential=') && !request.rawQuery.includes('AWSAccessKeyId=')) return {};
  const query = queryParameters(request.rawQuery);
  const scope = parseCredential(query.get('X-Amz-Credential') ?? '');
  if (scope !== undefined) return scope;
  const accessKeyId = query.get('AWSAccessKeyId');
  return accessKeyId === undefined ? {} : { accessKeyId, service: 's3' };
}
