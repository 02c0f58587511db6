import { InvalidParameterException, TagLimitExceededException, type Tag } from '../api/index.js';
import { invalidParameter } from '../refusals.js';

/** Keys and values. */
export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html (read 2026-11) */
const MAX_TAGS = 50;

/** Reads the tags of a request. */
export function readTags(tags: readonly Tag[]): Tags {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    if (keys.has(Key)) throw invalidParameter('Duplicated keys are not allowed.');
    if (/^aws:/i.test(Key))
      throw new InvalidParameterException(
        'Invalid parameter: Tags Reason: aws: prefixed tag key names are not allowed for external use.',
      );
    keys.add(Key);
  }
  return checkTags(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));
}

/** @throws TagLimitExceededException where a topic would have too many */
export function checkTags(tags: Tags): Tags {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw new TagLimitExceededException('Could not complete request: tag quota of per resource exceeded');
  }
  return tags;
}

export const toTagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Whether two sets of attributes or tags are the same, in whatever order. */
export const isSameMap = (a: Tags, b: Tags): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);
