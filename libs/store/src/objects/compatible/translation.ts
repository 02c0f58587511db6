import { S3ServiceException, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ChecksumAlgorithms, ServiceError, type ChecksumAlgorithm } from '@lantern/aws-protocol';
import { noSuchBucket, noSuchKey, notModified, preconditionFailed } from '../object-errors.js';
import type { BucketRef, Checksums, ObjectAttributes, ObjectHead, ObjectRef, Tags } from '../object-types.js';

const HTTP_NOT_MODIFIED = 304;
const HTTP_NOT_FOUND = 404;
const HTTP_PRECONDITION_FAILED = 412;

/** Turns the client's errors into the store's. Answers to HEAD have no body, so the status has to do. */
export function translateError(error: unknown, ref: BucketRef | ObjectRef): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  const status = error.$metadata.httpStatusCode ?? 500;
  if (status === HTTP_NOT_MODIFIED) {
    const headers = error.$response?.headers ?? {};
    return notModified((headers['etag'] ?? '').replace(/"/g, ''), new Date(headers['last-modified'] ?? 0));
  }
  if (status === HTTP_PRECONDITION_FAILED) return preconditionFailed('');
  if (error.name === 'NoSuchBucket') return noSuchBucket(ref);
  if (error.name === 'NoSuchKey' && 'key' in ref) return noSuchKey(ref);
  if (status === HTTP_NOT_FOUND && (error.name === 'NotFound' || error.name === 'Unknown'))
    return 'key' in ref ? noSuchKey(ref) : noSuchBucket(ref);
  return new ServiceError(error.name, error.message, status);
}

export const unquoted = (etag: string | undefined): string => (etag ?? '').replace(/^"(.*)"$/, '$1');

/** Lists are asked for with `encoding-type=url`, because XML cannot carry every key. */
export const decodeKey = (key: string | undefined): string => decodeURIComponent((key ?? '').replace(/\+/g, '%20'));

/** `x-amz-copy-source` of an object in a bucket of the server. */
export const copySource = (bucket: string, key: string): string =>
  `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

type ChecksumMembers = Partial<Record<`Checksum${ChecksumAlgorithm}`, string | undefined>>;

export function fromChecksums(members: ChecksumMembers): Checksums {
  const found: Partial<Record<ChecksumAlgorithm, string>> = {};
  for (const algorithm of ChecksumAlgorithms) {
    const value = members[`Checksum${algorithm}`];
    if (value !== undefined) found[algorithm] = value;
  }
  return found;
}

export const toChecksums = (checksums: Checksums = {}): ChecksumMembers =>
  Object.fromEntries(Object.entries(checksums).map(([algorithm, value]) => [`Checksum${algorithm}`, value]));

/** Attributes as members of a request. */
export const toAttributes = (attributes: ObjectAttributes | undefined) => ({
  ContentType: attributes?.contentType,
  CacheControl: attributes?.cacheControl,
  ContentDisposition: attributes?.contentDisposition,
  ContentEncoding: attributes?.contentEncoding,
  ContentLanguage: attributes?.contentLanguage,
  Expires: attributes?.expires === undefined ? undefined : new Date(attributes.expires),
  WebsiteRedirectLocation: attributes?.websiteRedirectLocation,
  Metadata: attributes && { ...attributes.metadata },
});

export const toTagging = (tags: Tags): string => new URLSearchParams({ ...tags }).toString();

export const toTagSet = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const fromTagSet = (
  set: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags => Object.fromEntries((set ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** The head of an object from the answer to GetObject or HeadObject. */
export function fromHead(
  key: string,
  output: HeadObjectCommandOutput & { readonly TagCount?: number | undefined },
): ObjectHead {
  const checksums = fromChecksums(output);
  const total = /\/(\d+)$/.exec(output.ContentRange ?? '')?.[1];
  const expires = output.ExpiresString === undefined ? undefined : new Date(output.ExpiresString);
  return {
    key,
    sizeBytes: total === undefined ? (output.ContentLength ?? 0) : Number(total),
    etag: unquoted(output.ETag),
    lastModified: output.LastModified ?? new Date(0),
    checksums,
    // Keys of a Checksums object are algorithms by its type.
    checksumAlgorithms: Object.keys(checksums) as ChecksumAlgorithm[],
    ...(output.ChecksumType && { checksumType: output.ChecksumType }),
    nTags: output.TagCount ?? 0,
    attributes: {
      metadata: output.Metadata ?? {},
      ...(output.ContentType !== undefined && { contentType: output.ContentType }),
      ...(output.CacheControl !== undefined && { cacheControl: output.CacheControl }),
      ...(output.ContentDisposition !== undefined && { contentDisposition: output.ContentDisposition }),
      ...(output.ContentEncoding !== undefined && { contentEncoding: output.ContentEncoding }),
      ...(output.ContentLanguage !== undefined && { contentLanguage: output.ContentLanguage }),
      ...(expires && !Number.isNaN(expires.getTime()) && { expires: expires.toISOString() }),
      ...(output.WebsiteRedirectLocation !== undefined && { websiteRedirectLocation: output.WebsiteRedirectLocation }),
    },
  };
}
