import { STATUS_CODES } from 'node:http';
import type { Pin } from './content-source.js';
import type { Answer } from './http-get.js';
import { PullError, shownUrl } from './pull-error.js';

/** What an answer to a request for bytes from `fromByte` on means. */
export type Meaning =
  /** The body goes on where we were. */
  | { readonly kind: 'continues' }
  /** The body begins at the beginning: the server ignores ranges, or has another version of the file now. */
  | { readonly kind: 'begins' }
  /** There is nothing after the bytes that we have, or they are of another file. */
  | { readonly kind: 'beyond'; readonly totalBytes: number | undefined }
  /** Not here; another address may have it. */
  | { readonly kind: 'absent'; readonly why: string }
  /** Not now. */
  | { readonly kind: 'later'; readonly why: string; readonly afterMs: number | undefined };

const busy = new Set([408, 425, 429, 500, 502, 503, 504]);

/** @throws PullError for answers that no second attempt would change */
export function meaningOf(answer: Answer, fromByte: number, pin: Pin): Meaning {
  const { status, headers, url } = answer;
  const why = `${shownUrl(url)} answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (status === 404 || status === 410) return { kind: 'absent', why };
  if (busy.has(status)) return { kind: 'later', why, afterMs: retryAfterMs(headers['retry-after']) };
  if (status === 416) return { kind: 'beyond', totalBytes: totalOf(answer) };
  if (status !== 200 && status !== 206) throw new PullError(why);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new PullError(`${shownUrl(url)} sends the file as ${encoding}, unasked`);
  const begins = status === 200 || rangeStart(answer) === 0;
  if (!begins && rangeStart(answer) !== fromByte)
    throw new PullError(`${shownUrl(url)} was asked for bytes from ${fromByte} on and sends ${contentRange(answer) || 'others'}`);
  const totalBytes = status === 200 ? lengthOf(answer) : totalOf(answer);
  if (pin.sizeBytes !== undefined && totalBytes !== undefined && totalBytes !== pin.sizeBytes)
    throw new PullError(`${shownUrl(url)} has ${totalBytes} bytes instead of the ${pin.sizeBytes} of ${pin.label}`);
  return { kind: begins ? 'begins' : 'continues' };
}

/** A header that names this version of the file, for `If-Range`; empty where the server gives none that is exact. */
export function versionOf({ headers }: Answer): string {
  const { etag } = headers;
  // A weak tag says that two versions mean the same, not that they have the same bytes.
  return etag && /^"[^"]*"$/.test(etag) ? etag : '';
}

/** Bytes of the whole file, as far as the answer says. */
export const wholeLength = (answer: Answer): number | undefined =>
  answer.status === 206 ? totalOf(answer) : lengthOf(answer);

const contentRange = ({ headers }: Answer) => headers['content-range'] ?? '';

function rangeStart(answer: Answer): number | undefined {
  const start = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(contentRange(answer))?.[1];
  return start === undefined ? undefined : Number(start);
}

function totalOf(answer: Answer): number | undefined {
  const total = /^bytes .*\/(\d+)$/.exec(contentRange(answer))?.[1];
  return total === undefined ? undefined : Number(total);
}

function lengthOf({ headers }: Answer): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
