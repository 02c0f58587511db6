import { ServiceError } from '@lantern/aws-protocol';
import type { ObjectAttributes } from '@lantern/store';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: names and values together. */
const MAX_METADATA_BYTES = 2048;
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** The members of a write that are given back with the object. */
export interface AttributeMembers {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly Metadata?: { readonly [name: string]: string } | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** Reads the attributes of a write. Throws MetadataTooLarge. */
export function readAttributes(input: AttributeMembers): ObjectAttributes {
  const metadata = Object.fromEntries(
    Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const size = Object.entries(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
  if (size > MAX_METADATA_BYTES)
    throw new ServiceError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
      Size: size,
      MaxSizeAllowed: MAX_METADATA_BYTES,
    });
  const contentEncoding = withoutFraming(input.ContentEncoding);
  return {
    contentType: input.ContentType ?? DEFAULT_CONTENT_TYPE,
    metadata,
    ...(input.CacheControl !== undefined && { cacheControl: input.CacheControl }),
    ...(input.ContentDisposition !== undefined && { contentDisposition: input.ContentDisposition }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(input.ContentLanguage !== undefined && { contentLanguage: input.ContentLanguage }),
    ...(input.Expires && { expires: input.Expires.toISOString() }),
    ...(input.WebsiteRedirectLocation !== undefined && { websiteRedirectLocation: input.WebsiteRedirectLocation }),
  };
}

/** Attributes as a response's members. */
export const writeAttributes = (attributes: ObjectAttributes): AttributeMembers => ({
  CacheControl: attributes.cacheControl,
  ContentDisposition: attributes.contentDisposition,
  ContentEncoding: attributes.contentEncoding,
  ContentLanguage: attributes.contentLanguage,
  ContentType: attributes.contentType,
  Expires: attributes.expires === undefined ? undefined : new Date(attributes.expires),
  Metadata: attributes.metadata,
  WebsiteRedirectLocation: attributes.websiteRedirectLocation,
});

/** `aws-chunked` is how the body travelled, not what it is. */
function withoutFraming(encoding: string | undefined): string | undefined {
  const kept = (encoding ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked');
  return kept.length > 0 ? kept.join(',') : undefined;
}
