import { InvalidRequestException, TooManyTagKeysException, TooManyTagsException, type Tag } from '../api/index.js';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/comprehend/latest/dg/tagging.html (read 2026-11) */
const MAX_TAGS = 50;

/*
 * The sentences are those with which the API describes its errors:
 * https://docs.aws.amazon.com/comprehend/latest/APIReference/API_TagResource.html (read 2026-11)
 */

/**
 * @throws TooManyTagsException for more than 50 tags; InvalidRequestException for a key that comes twice or is AWS's own
 */
export function readTags(list: readonly Tag[] | undefined): Tags {
  const tags = new Map<string, string>();
  for (const { Key, Value = '' } of list ?? []) {
    if (/^aws:/i.test(Key)) throw new InvalidRequestException('Tag keys that begin with aws: are reserved.');
    if (tags.has(Key)) throw new InvalidRequestException('A tag key was given more than once.');
    tags.set(Key, Value);
  }
  return limited(Object.fromEntries(tags));
}

/** @throws TooManyTagsException */
export const withTags = (tags: Tags, added: Tags): Tags => limited({ ...tags, ...added });

/** Tags without those of the keys; a key that is not there is no error. @throws TooManyTagKeysException */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  if (keys.length > MAX_TAGS) {
    throw new TooManyTagKeysException(
      'The request contains more tag keys than can be associated with a resource (50 tag keys per resource).',
    );
  }
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

/** Tags in the API's form. */
export const writeTags = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function limited(tags: Tags): Tags {
  if (Object.keys(tags).length <= MAX_TAGS) return tags;
  throw new TooManyTagsException(
    'The request contains more tags than can be associated with a resource (50 tags per resource). The maximum number of tags includes both existing tags and those included in your request.',
  );
}
