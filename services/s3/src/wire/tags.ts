import { ServiceError } from '@lantern/aws-protocol';
import type { Tags } from '@lantern/store';
import type { Tag } from '../api/index.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html and CostAllocTagging.html */
const MAX_OBJECT_TAGS = 10;
const MAX_BUCKET_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

const invalidTag = (message: string) => new ServiceError('InvalidTag', message, 400);

function readTags(pairs: readonly (readonly [key: string, value: string])[], maximum: number, of: string): Tags {
  if (pairs.length > maximum) throw new ServiceError('BadRequest', `${of} tags cannot be greater than ${maximum}`, 400);
  const tags = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (key.length === 0 || key.length > MAX_KEY_LENGTH) throw invalidTag('The TagKey you have provided is invalid');
    if (value.length > MAX_VALUE_LENGTH) throw invalidTag('The TagValue you have provided is invalid');
    if (tags.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key');
    tags.set(key, value);
  }
  return Object.fromEntries(tags);
}

/** Reads an object's tag set. Throws InvalidTag, BadRequest. */
export const readObjectTags = (set: readonly Tag[]): Tags =>
  readTags(
    set.map(({ Key, Value }) => [Key, Value] as const),
    MAX_OBJECT_TAGS,
    'Object',
  );

/** Reads a bucket's tag set. Throws InvalidTag, BadRequest. */
export const readBucketTags = (set: readonly Tag[]): Tags =>
  readTags(
    set.map(({ Key, Value }) => [Key, Value] as const),
    MAX_BUCKET_TAGS,
    'Bucket',
  );

/** Reads an `x-amz-tagging` header: a query string. Throws InvalidTag, BadRequest. */
export const readTaggingHeader = (header: string): Tags =>
  readTags([...new URLSearchParams(header)], MAX_OBJECT_TAGS, 'Object');

export const writeTags = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
