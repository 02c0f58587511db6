import type { Headers, HttpRequest } from '../http.js';
import { canonicalPathOnce, canonicalPathTwice, canonicalQueryPart } from './percent-encoding.js';

/** The path as it was signed: S3 signs keys as they are, everyone else a tidied and twice encoded path. */
export function canonicalPath(rawPath: string, isS3: boolean): string {
  if (rawPath === '/' || rawPath === '') return '/';
  return isS3 ? canonicalPathOnce(rawPath) : canonicalPathTwice(withoutDots(rawPath));
}

/** The query as it was signed, sorted, without its own signature. */
export function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return '';
  const pairs: { name: string; value: string }[] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = canonicalQueryPart(equals < 0 ? pair : pair.slice(0, equals));
    if (name === 'X-Amz-Signature') continue;
    pairs.push({ name, value: equals < 0 ? '' : canonicalQueryPart(pair.slice(equals + 1)) });
  }
  pairs.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
  return pairs.map(({ name, value }) => `${name}=${value}`).join('&');
}

/**
 * The header block of a canonical request, one `name:value` line per signed name.
 * @param separator what stands between the values of a repeated header
 */
export function canonicalHeaders(headers: Headers, signed: readonly string[], separator: ', ' | ','): string {
  let block = '';
  for (const name of signed) {
    const value = canonicalValue(headerOf(headers, name) ?? '');
    block += `${name}:${separator === ',' ? value.replaceAll(', ', ',') : value}\n`;
  }
  return block;
}

/**
 * A header's value, or `undefined`. `host` and HTTP/2's `:authority` are one header: the JavaScript Polly client signs
 * `:authority` into URLs that are then fetched over HTTP/1.1.
 */
export function headerOf(headers: Headers, name: string): string | undefined {
  if (name === 'host' || name === ':authority') return ownHeader(headers, 'host') ?? ownHeader(headers, ':authority');
  return ownHeader(headers, name);
}

/** The canonical request without its last line, the body's hash. */
export function canonicalHead(
  request: HttpRequest,
  { isS3, signed, separator }: { isS3: boolean; signed: readonly string[]; separator: ', ' | ',' },
): string {
  const path = canonicalPath(request.rawPath, isS3);
  const headers = canonicalHeaders(request.headers, signed, separator);
  return `${request.method}\n${path}\n${canonicalQuery(request.rawQuery)}\n${headers}\n${signed.join(';')}\n`;
}

/** Reads own properties only: a signed header called `constructor` must not find a function. */
const ownHeader = (headers: Headers, name: string): string | undefined =>
  Object.hasOwn(headers, name) ? headers[name] : undefined;

const NEEDS_TRIMMING = /^\s|\s$|\s\s|[\t\r\n]/;

const canonicalValue = (value: string): string =>
  NEEDS_TRIMMING.test(value) ? value.trim().replace(/\s+/g, ' ') : value;

const HAS_DOTS_OR_DOUBLE_SLASH = /\/\/|\/\.\.?(?:\/|$)/;

/** Resolves `.` and `..` and collapses slashes, as RFC 3986 and the clients do. */
function withoutDots(path: string): string {
  if (!HAS_DOTS_OR_DOUBLE_SLASH.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
