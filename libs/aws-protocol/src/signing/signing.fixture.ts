import { Readable } from 'node:stream';
import type { HttpRequest } from '../http.js';
import { ServiceError } from '../errors.js';
import type { AuthenticateOptions, Credentials } from './authentication.js';

/** The keys of AWS's own examples. */
export const SUITE_KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
} as const;
export const S3_KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;

export const credentialsOf = (
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
  extra: Partial<Credentials> = {},
): Credentials => ({
  ...keys,
  principal: {
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/ana',
    userId: 'AIDAEXAMPLE',
    accessKeyId: keys.accessKeyId,
  },
  ...extra,
});

/** Options that know one key pair, at a fixed time (`2015-08-30T12:36:00Z`). */
export function optionsFor(
  credentials: Credentials,
  time: string,
  more: Partial<AuthenticateOptions> = {},
): AuthenticateOptions {
  return {
    source: {
      byAccessKeyId: (id) => (id === credentials.accessKeyId ? credentials : undefined),
      byApiKey: (key) => (key === 'lk_secret' ? credentials : undefined),
    },
    now: () => Date.parse(time),
    mode: 'strict',
    errorStyle: 'other',
    ...more,
  };
}

/** A request as the gateway would hand it over. */
export function requestOf(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array | string | Readable = '',
): HttpRequest {
  const question = target.indexOf('?');
  return {
    method,
    rawPath: question < 0 ? target : target.slice(0, question),
    rawQuery: question < 0 ? '' : target.slice(question + 1),
    headers,
    body: body instanceof Readable ? body : Readable.from(body.length === 0 ? [] : [Buffer.from(body)]),
  };
}

/** Runs something that must fail and gives its `ServiceError`; anything else fails the test. */
export async function refusal(work: () => unknown): Promise<ServiceError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('expected a ServiceError, but the request was accepted');
}
