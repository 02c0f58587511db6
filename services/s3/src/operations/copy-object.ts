import { Injectable } from '@nestjs/common';
import { ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore, type ObjectRef } from '@lantern/store';
import type { CopyObjectOutput, CopyObjectRequest, S3Api } from '../api/index.js';
import { readAttributes } from '../wire/attributes.js';
import { causeOf } from '../wire/cause.js';
import { writeChecksums } from '../wire/checksums.js';
import { MAX_COPY_BYTES, readCopySource, readSourceConditions } from '../wire/copy-source.js';
import { quoted } from '../wire/keys.js';
import { refuseUnsupported } from '../wire/refusals.js';
import { readTaggingHeader } from '../wire/tags.js';

@Injectable()
export class CopyObjectHandler implements Handler<typeof S3Api.operations.CopyObject> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: CopyObjectRequest, call: Call): Promise<CopyObjectOutput> {
    const { account, signal } = call;
    refuseUnsupported(input, account);
    const from = readCopySource(input.CopySource, account);
    const to = { account, bucket: input.Bucket, key: input.Key };
    const replaces = input.MetadataDirective === 'REPLACE';
    if (isSame(from, to) && !replaces) throw copyOntoItself();
    const { sizeBytes } = await this.objects.head(from);
    if (sizeBytes > MAX_COPY_BYTES)
      throw new ServiceError(
        'InvalidRequest',
        `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY_BYTES}`,
      );
    const head = await this.objects.copy(from, to, {
      source: readSourceConditions(input),
      ...(replaces && { attributes: readAttributes(input) }),
      ...(input.TaggingDirective === 'REPLACE' && { tags: readTaggingHeader(input.Tagging ?? '') }),
      ...(input.ChecksumAlgorithm && { checksumAlgorithm: input.ChecksumAlgorithm }),
      signal,
      ...causeOf(call),
    });
    return {
      CopyObjectResult: {
        ETag: quoted(head.etag),
        LastModified: head.lastModified,
        ...writeChecksums(head.checksums),
        ChecksumType: head.checksumType,
      },
    };
  }
}

const isSame = (a: ObjectRef, b: ObjectRef) => a.bucket === b.bucket && a.key === b.key;

const copyOntoItself = () =>
  new ServiceError(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
