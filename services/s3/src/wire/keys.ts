import { ServiceError } from '@lantern/aws-protocol';

/** S3 gives pages of up to a thousand. */
const MAX_PAGE = 1000;

/** How keys are written in a list: percent-encoded where the caller asked for it, because XML cannot carry all of them. */
export const keyWriter = (encodingType: string | undefined): ((key: string) => string) =>
  encodingType === 'url' ? encodeKey : (key) => key;

const encodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/%2F/g, '/')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** The size of a page. Throws InvalidArgument for a negative one. */
export function pageSize(asked: number | undefined, argument: string): number {
  if (asked === undefined) return MAX_PAGE;
  if (asked < 0)
    throw new ServiceError('InvalidArgument', `Argument ${argument} must be an integer between 0 and 2147483647`, 400, {
      ArgumentName: argument,
      ArgumentValue: asked,
    });
  return Math.min(asked, MAX_PAGE);
}

export const quoted = (etag: string): string => `"${etag}"`;
