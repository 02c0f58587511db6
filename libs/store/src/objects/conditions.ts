import { noSuchKey, notModified, preconditionFailed } from './object-errors.js';
import type { ObjectRef, ReadConditions, WriteConditions } from './object-types.js';

interface Tagged {
  readonly etag: string;
  readonly lastModified: Date;
}

const bare = (etag: string) =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');

/** Whether an entity tag is among those of an If-Match header. */
export const etagMatches = (header: string, etag: string): boolean =>
  header.trim() === '*' || header.split(',').some((candidate) => bare(candidate) === etag);

/** HTTP dates have whole seconds. */
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/**
 * Checks the conditions of a read in the order of RFC 9110 section 13.2.2.
 * @param onNoneMatch `refuse` answers 412 where a GET would say 304; copies do so
 */
export function checkRead(conditions: ReadConditions, object: Tagged, onNoneMatch: 'not-modified' | 'refuse'): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  } else if (ifUnmodifiedSince && seconds(object.lastModified) > seconds(ifUnmodifiedSince))
    throw preconditionFailed('If-Unmodified-Since');
  const unchanged = (condition: string) =>
    onNoneMatch === 'refuse' ? preconditionFailed(condition) : notModified(object.etag, object.lastModified);
  if (ifNoneMatch !== undefined) {
    if (etagMatches(ifNoneMatch, object.etag)) throw unchanged('If-None-Match');
  } else if (ifModifiedSince && seconds(object.lastModified) <= seconds(ifModifiedSince))
    throw unchanged('If-Modified-Since');
}

/** Checks the conditions of a write against the object that is there now, if any. */
export function checkWrite(conditions: WriteConditions, ref: ObjectRef, existing: { etag: string } | undefined): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined) {
    if (!existing) throw noSuchKey(ref);
    if (!etagMatches(ifMatch, existing.etag)) throw preconditionFailed('If-Match');
  }
  if (ifNoneMatch !== undefined && existing && etagMatches(ifNoneMatch, existing.etag))
    throw preconditionFailed('If-None-Match');
}
