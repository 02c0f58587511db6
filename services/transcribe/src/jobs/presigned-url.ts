import { createHash, createHmac } from 'node:crypto';
import type { IssuedSession } from '@lantern/store';
import type { S3Location } from './s3-location.js';

export interface PresignRequest {
  /** Scheme, host and port under which S3 is served, with the bucket in the path. */
  readonly origin: string;
  readonly region: string;
  readonly location: S3Location;
  readonly session: Pick<IssuedSession, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;
  readonly now: Date;
  readonly expiresSeconds: number;
}

/**
 * An address at which an object can be read without credentials until it expires: Signature Version 4 in the query.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html (read 2026-11)
 */
export function presignedUrl({ origin, region, location, session, now, expiresSeconds }: PresignRequest): string {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const path = pathOf(location);
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${session.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-Security-Token': session.sessionToken,
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([name, value]) => `${name}=${encoded(value)}`)
    .join('&');
  const canonical = ['GET', path, query, `host:${new URL(origin).host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, digest].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${session.secretAccessKey}`);
  return `${origin}${path}?${query}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`;
}

/** The address of an object, for those who have credentials. */
export const objectUrl = (origin: string, location: S3Location): string => `${origin}${pathOf(location)}`;

const pathOf = ({ bucket, key }: S3Location): string => `/${bucket}/${key.split('/').map(encoded).join('/')}`;

/** RFC 3986, as the signature wants it. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
