import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { ObjectStore, parseRange, type ObjectHead, type ReadObject, type ReadOptions } from '@lantern/store';
import type { GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest, S3Api } from '../api/index.js';
import { writeAttributes } from '../wire/attributes.js';
import { writeChecksums } from '../wire/checksums.js';
import { quoted } from '../wire/keys.js';
import { refuseUnsupported } from '../wire/refusals.js';

@Injectable()
export class GetObjectHandler implements Handler<typeof S3Api.operations.GetObject> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: GetObjectRequest, { account, signal }: Call): Promise<GetObjectOutput> {
    refuseUnsupported(input, account);
    const ref = { account, bucket: input.Bucket, key: input.Key };
    const read = await this.objects.get(ref, { ...readOptions(input), signal });
    return { ...describe(input, read), TagCount: read.head.nTags || undefined, Body: read.body };
  }
}

@Injectable()
export class HeadObjectHandler implements Handler<typeof S3Api.operations.HeadObject> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: HeadObjectRequest, { account, signal }: Call): Promise<HeadObjectOutput> {
    refuseUnsupported(input, account);
    const ref = { account, bucket: input.Bucket, key: input.Key };
    const read = await this.objects.get(ref, { ...readOptions(input), signal });
    read.body.destroy();
    return describe(input, read);
  }
}

function readOptions(input: GetObjectRequest | HeadObjectRequest): ReadOptions {
  const range = input.Range === undefined ? undefined : parseRange(input.Range);
  return {
    ...(range && { range }),
    ...(input.PartNumber !== undefined && { partNumber: input.PartNumber }),
    ...(input.IfMatch !== undefined && { ifMatch: input.IfMatch }),
    ...(input.IfNoneMatch !== undefined && { ifNoneMatch: input.IfNoneMatch }),
    ...(input.IfModifiedSince && { ifModifiedSince: input.IfModifiedSince }),
    ...(input.IfUnmodifiedSince && { ifUnmodifiedSince: input.IfUnmodifiedSince }),
  };
}

function describe(input: GetObjectRequest | HeadObjectRequest, { head, range }: ReadObject): HeadObjectOutput {
  const sizeBytes = range ? range.last - range.first + 1 : head.sizeBytes;
  return {
    ...writeAttributes(head.attributes),
    ...overrides(input),
    AcceptRanges: 'bytes',
    ContentLength: sizeBytes,
    ETag: quoted(head.etag),
    LastModified: head.lastModified,
    ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${head.sizeBytes}` }),
    ...(input.PartNumber !== undefined && head.parts && { PartsCount: head.parts.length }),
    ...(input.ChecksumMode === 'ENABLED' && checksums(head, input.PartNumber, range !== undefined)),
  };
}

/** Checksums of exactly the bytes that are sent: clients compare them. A stretch of an object has none. */
function checksums(head: ObjectHead, partNumber: number | undefined, isPartial: boolean): HeadObjectOutput {
  if (!isPartial) return { ...writeChecksums(head.checksums), ChecksumType: head.checksumType };
  const part = head.parts?.find((candidate) => candidate.partNumber === partNumber);
  return part ? writeChecksums(part.checksums) : {};
}

/** Headers that a signed request may ask for instead of the stored ones, mostly in links for browsers. */
const overrides = (input: GetObjectRequest | HeadObjectRequest): HeadObjectOutput => ({
  ...(input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl }),
  ...(input.ResponseContentDisposition !== undefined && { ContentDisposition: input.ResponseContentDisposition }),
  ...(input.ResponseContentEncoding !== undefined && { ContentEncoding: input.ResponseContentEncoding }),
  ...(input.ResponseContentLanguage !== undefined && { ContentLanguage: input.ResponseContentLanguage }),
  ...(input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType }),
  ...(input.ResponseExpires && { Expires: input.ResponseExpires }),
});
