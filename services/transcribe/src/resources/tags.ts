import { BadRequestException, type Tag } from '../api/index.js';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/transcribe/latest/dg/tagging.html (read 2026-11) */
const MAX_TAGS = 50;

/** @throws BadRequestException for more than 50 tags, a key that comes twice or is AWS's own */
export function readTags(list: readonly Tag[] | undefined): Tags {
  const tags = new Map<string, string>();
  for (const { Key, Value } of list ?? []) {
    if (/^aws:/i.test(Key)) throw new BadRequestException('Tag keys that begin with aws: are reserved.');
    if (tags.has(Key)) throw new BadRequestException('A tag key was given more than once.');
    tags.set(Key, Value);
  }
  return limited(Object.fromEntries(tags));
}

/** @throws BadRequestException for more than 50 tags */
export const withTags = (tags: Tags, added: Tags): Tags => limited({ ...tags, ...added });

/** Tags without those of the keys; a key that is not there is no error. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/** Tags in the API's form. */
export const writeTags = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function limited(tags: Tags): Tags {
  if (Object.keys(tags).length <= MAX_TAGS) return tags;
  throw new BadRequestException(`A resource can have at most ${MAX_TAGS} tags.`);
}
