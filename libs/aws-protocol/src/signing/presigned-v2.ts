import { createHmac, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import { headerOf } from './canonical-request.js';
import { queryParameters } from './signature-claim.js';

/**
 * Sub-resources and response overrides that Signature Version 2 covers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
const SIGNED_PARAMETERS = new Set(
  (
    'accelerate acl analytics cors delete inventory lifecycle location logging metrics notification partNumber policy ' +
    'replication requestPayment restore select tagging torrent uploadId uploads versionId versioning versions website ' +
    'encryption object-lock legal-hold retention publicAccessBlock ' +
    'response-cache-control response-content-disposition response-content-encoding response-content-language ' +
    'response-content-type response-expires'
  ).split(' '),
);

/** What an S3 URL signed by Signature Version 2 says; boto3 still makes them for custom endpoints. */
export interface PresignedV2Claim {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
  readonly token?: string;
  readonly stringToSign: string;
}

export const isPresignedV2 = (rawQuery: string): boolean =>
  rawQuery.includes('AWSAccessKeyId=') && /(?:^|&)AWSAccessKeyId=/.test(rawQuery);

/** @param hostBucket the bucket that the Host header names; it is part of what was signed */
export function readPresignedV2(request: HttpRequest, hostBucket: string | undefined): PresignedV2Claim {
  const query = queryParameters(request.rawQuery);
  const accessKeyId = query.get('AWSAccessKeyId');
  const signature = query.get('Signature');
  const expires = query.get('Expires');
  if (!accessKeyId || !signature || expires === undefined) {
    const message = 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters';
    throw new ServiceError('AccessDenied', message, 403);
  }
  if (!/^\d{1,12}$/.test(expires))
    throw new ServiceError('AccessDenied', 'Invalid date (should be seconds since epoch)', 403);
  const token = query.get('x-amz-security-token');
  return {
    accessKeyId,
    signature,
    expiresAtMs: Number(expires) * 1_000,
    ...(token === undefined ? {} : { token }),
    stringToSign: stringToSign(request, query, expires, hostBucket),
  };
}

/** Compares in constant time. */
export function fitsPresignedV2({ signature, stringToSign }: PresignedV2Claim, secretAccessKey: string): boolean {
  const expected = createHmac('sha1', secretAccessKey).update(stringToSign).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function stringToSign(
  request: HttpRequest,
  query: ReadonlyMap<string, string>,
  expires: string,
  hostBucket: string | undefined,
): string {
  const { headers } = request;
  const amz = new Map<string, string>();
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-')) amz.set(name, (headers[name] ?? '').trim());
  }
  for (const [name, value] of query) if (name.startsWith('x-amz-')) amz.set(name, value);
  const amzLines = [...amz].sort(byName).map(([name, value]) => `${name}:${value}\n`);
  const parameters = [...query]
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource =
    (hostBucket === undefined ? '' : `/${hostBucket}`) +
    request.rawPath +
    (parameters.length === 0 ? '' : `?${parameters.join('&')}`);
  const contentMd5 = headerOf(headers, 'content-md5') ?? '';
  const contentType = headerOf(headers, 'content-type') ?? '';
  return `${request.method}\n${contentMd5}\n${contentType}\n${expires}\n${amzLines.join('')}${resource}`;
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : a > b ? 1 : 0);
