import { invalidRange } from './object-errors.js';
import type { AnsweredRange, ByteRange } from './object-types.js';

/**
 * Reads a Range header of one range: `bytes=a-b`, `bytes=a-`, `bytes=-n`.
 * @returns undefined for anything else; RFC 9110 has a server ignore what it cannot read, and S3 does so with several ranges
 */
export function parseRange(header: string): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? undefined : { suffixBytes: Number(last) };
  if (last === '') return { first: Number(first) };
  return Number(last) < Number(first) ? undefined : { first: Number(first), last: Number(last) };
}

/** The bytes that a range means in an object of a size. Throws InvalidRange where it has none of them. */
export function answerRange(range: ByteRange, sizeBytes: number): AnsweredRange {
  if ('suffixBytes' in range) {
    if (range.suffixBytes === 0 || sizeBytes === 0) throw invalidRange(`bytes=-${range.suffixBytes}`, sizeBytes);
    return { first: Math.max(0, sizeBytes - range.suffixBytes), last: sizeBytes - 1 };
  }
  if (range.first >= sizeBytes) throw invalidRange(`bytes=${range.first}-${range.last ?? ''}`, sizeBytes);
  return { first: range.first, last: Math.min(range.last ?? sizeBytes - 1, sizeBytes - 1) };
}
