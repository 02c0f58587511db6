import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import { headerOf } from './canonical-request.js';
import { parseCredential, type CredentialScope } from './credential-scope.js';
import { decodeQueryPart } from './percent-encoding.js';
import { formatBasicTime, parseBasicTime, parseDateHeader } from './request-time.js';
import type { SigningErrors } from './signing-errors.js';

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** Longest life of a presigned URL: seven days. */
const MAX_EXPIRES_S = 604_800;
/** Header names, and HTTP/2's `:authority`. */
const SIGNED_HEADERS = /^:?[a-z0-9!#$%&'*+.^_`|~-]+(?:;:?[a-z0-9!#$%&'*+.^_`|~-]+)*$/;
const MALFORMED_CREDENTIAL =
  'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

/** What a request says of its signature. Nothing of it is verified. */
export interface SignatureClaim {
  readonly place: 'header' | 'query';
  readonly scope: CredentialScope;
  /** Lower-case names, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20150830T123600Z` */
  readonly time: string;
  readonly timeMs: number;
  /** How long a presigned URL lives; absent for headers, and for URLs that do not say. */
  readonly expiresMs?: number;
  readonly token?: string;
  /** The hash that a presigned URL carries as a parameter. */
  readonly queryContentSha256?: string;
}

/** Does an `Authorization` header belong to Signature Version 4? */
export const isSignedHeader = (authorization: string): boolean => authorization.startsWith('AWS4-');

/** Is a query signed by Signature Version 4? */
export const isSignedQuery = (rawQuery: string): boolean =>
  rawQuery.includes('X-Amz-') && /(?:^|&)X-Amz-(?:Algorithm|Signature|Credential)=/.test(rawQuery);

/** Reads the `Authorization` header. @throws the service's error if anything is missing or wrong */
export function readHeaderClaim(request: HttpRequest, authorization: string, errors: SigningErrors): SignatureClaim {
  const fields = authorizationFields(authorization, errors);
  const time = headerTime(request);
  requireFields(authorization, fields, time !== undefined, errors);
  const scope = parseCredential(fields.Credential);
  if (scope === undefined) {
    const other = `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${fields.Credential}'`;
    throw errors.malformed({ place: 'header', s3: MALFORMED_CREDENTIAL, other });
  }
  if (time === undefined) throw errors.missing();
  const token = headerOf(request.headers, 'x-amz-security-token');
  return {
    place: 'header',
    scope,
    signedHeaders: signedHeaders(fields.SignedHeaders, 'header', errors),
    signature: fields.Signature,
    ...time,
    ...(token === undefined ? {} : { token }),
  };
}

/** Reads a presigned URL's parameters. @throws the service's error if anything is missing or wrong */
export function readQueryClaim(request: HttpRequest, errors: SigningErrors, needsExpires: boolean): SignatureClaim {
  const query = queryParameters(request.rawQuery);
  const required = (name: string): string => {
    const value = query.get(name);
    if (value === undefined) throw errors.malformed(missingParameter(name));
    return value;
  };
  if (required('X-Amz-Algorithm') !== ALGORITHM)
    throw errors.malformed(wrongAlgorithm('query', required('X-Amz-Algorithm')));
  const credential = required('X-Amz-Credential');
  const scope = parseCredential(credential);
  if (scope === undefined) {
    const s3 = `Error parsing the X-Amz-Credential parameter; ${MALFORMED_CREDENTIAL}`;
    const other = `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`;
    throw errors.malformed({ place: 'query', s3, other });
  }
  const time = required('X-Amz-Date');
  const timeMs = parseBasicTime(time);
  if (timeMs === undefined) {
    const s3 = `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`;
    const other = `Date must be in ISO-8601 'basic format'. Got '${time}'. See http://en.wikipedia.org/wiki/ISO_8601`;
    throw errors.malformed({ place: 'query', s3, other });
  }
  const expires = needsExpires ? required('X-Amz-Expires') : query.get('X-Amz-Expires');
  const token = query.get('X-Amz-Security-Token') ?? headerOf(request.headers, 'x-amz-security-token');
  const queryContentSha256 = query.get('X-Amz-Content-Sha256');
  return {
    place: 'query',
    scope,
    signedHeaders: signedHeaders(required('X-Amz-SignedHeaders'), 'query', errors),
    signature: required('X-Amz-Signature'),
    time,
    timeMs,
    ...(expires === undefined ? {} : { expiresMs: expiresMs(expires, errors) }),
    ...(token === undefined ? {} : { token }),
    ...(queryContentSha256 === undefined ? {} : { queryContentSha256 }),
  };
}

/** The decoded parameters of a query; of repeated ones the first. */
export function queryParameters(rawQuery: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    const equals = pair.indexOf('=');
    const name = decodeQueryPart(equals < 0 ? pair : pair.slice(0, equals));
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? '' : decodeQueryPart(pair.slice(equals + 1)));
  }
  return parameters;
}

/** Finds `Credential`, `SignedHeaders` and `Signature`; a missing one is empty. */
function authorizationFields(authorization: string, errors: SigningErrors) {
  const space = authorization.indexOf(' ');
  const algorithm = space < 0 ? authorization : authorization.slice(0, space);
  if (algorithm !== ALGORITHM) throw errors.malformed(wrongAlgorithm('header', algorithm));
  const fields = { Credential: '', SignedHeaders: '', Signature: '' };
  if (space < 0) return fields;
  for (const part of authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (name === 'Credential' || name === 'SignedHeaders' || name === 'Signature') {
      fields[name] = part.slice(equals + 1).trim();
    }
  }
  return fields;
}

function requireFields(
  authorization: string,
  fields: Readonly<Record<'Credential' | 'SignedHeaders' | 'Signature', string>>,
  hasTime: boolean,
  errors: SigningErrors,
): void {
  const names = ['Credential', 'Signature', 'SignedHeaders'] as const;
  const missing = names.filter((name) => fields[name] === '');
  if (missing.length === 0 && hasTime) return;
  const sentences = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  if (!hasTime) {
    sentences.push(`Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.`);
  }
  // The header's tail could hold a usable signature: only the algorithm is repeated.
  const other = `${sentences.join(' ')} Authorization=${authorization.split(' ', 1)[0] ?? ''}`;
  if (missing.length === 0) throw noDate(errors, other);
  const s3 = `missing ${missing.map((name) => `${name}=`).join(', ')}.`;
  throw errors.malformed({ place: 'header', s3, other });
}

const noDate = (errors: SigningErrors, other: string): ServiceError => {
  const problem = errors.malformed({ place: 'header', s3: '', other });
  const message = 'AWS authentication requires a valid Date or x-amz-date header';
  return problem.code === 'AuthorizationHeaderMalformed' ? new ServiceError('AccessDenied', message, 403) : problem;
};

/** The request's time from `x-amz-date`, or else from `date`. */
function headerTime({ headers }: HttpRequest): { time: string; timeMs: number } | undefined {
  const text = headerOf(headers, 'x-amz-date') ?? headerOf(headers, 'date');
  if (text === undefined) return undefined;
  const basicMs = parseBasicTime(text);
  if (basicMs !== undefined) return { time: text, timeMs: basicMs };
  const timeMs = parseDateHeader(text);
  return timeMs === undefined ? undefined : { time: formatBasicTime(timeMs), timeMs };
}

function signedHeaders(list: string, place: 'header' | 'query', errors: SigningErrors): string[] {
  if (!SIGNED_HEADERS.test(list)) {
    const s3 = 'the SignedHeaders are mal-formed; expecting lower-case header names joined by ";".';
    throw errors.malformed({ place, s3, other: `SignedHeaders must be lower-case names joined by ';', got '${list}'` });
  }
  const names = list.split(';');
  if (!names.includes('host') && !names.includes(':authority')) throw errors.headersNotSigned(['host']);
  return names;
}

function expiresMs(text: string, errors: SigningErrors): number {
  const refuse = (s3: string) => errors.malformed({ place: 'query', s3, other: s3 });
  if (!/^-?\d+$/.test(text)) throw refuse('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (seconds < 0) throw refuse('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_S) {
    throw refuse(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return seconds * 1_000;
}

const missingParameter = (name: string) => ({
  place: 'query' as const,
  s3:
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, ' +
    'X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  other: `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`,
});

const wrongAlgorithm = (place: 'header' | 'query', algorithm: string) => ({
  place,
  s3: place === 'query' ? `X-Amz-Algorithm only supports "${ALGORITHM}"` : `the algorithm must be "${ALGORITHM}".`,
  other: `Unsupported AWS 'algorithm': '${algorithm}' (only ${ALGORITHM} is supported).`,
});
