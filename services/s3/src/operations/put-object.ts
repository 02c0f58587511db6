import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { ObjectStore } from '@lantern/store';
import type { PutObjectOutput, PutObjectRequest, S3Api } from '../api/index.js';
import { readAttributes } from '../wire/attributes.js';
import { causeOf } from '../wire/cause.js';
import { readExpectations, writeChecksums } from '../wire/checksums.js';
import { quoted } from '../wire/keys.js';
import { refuseUnsupported } from '../wire/refusals.js';
import { readTaggingHeader } from '../wire/tags.js';

@Injectable()
export class PutObjectHandler implements Handler<typeof S3Api.operations.PutObject> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: PutObjectRequest, call: Call): Promise<PutObjectOutput> {
    const { account, headers, signal } = call;
    refuseUnsupported(input, account);
    const ref = { account, bucket: input.Bucket, key: input.Key };
    const head = await this.objects.put(ref, input.Body ?? Readable.from([]), {
      ...readExpectations(input, headers),
      attributes: readAttributes(input),
      ...(input.Tagging !== undefined && { tags: readTaggingHeader(input.Tagging) }),
      ...(input.IfMatch !== undefined && { ifMatch: input.IfMatch }),
      ...(input.IfNoneMatch !== undefined && { ifNoneMatch: input.IfNoneMatch }),
      signal,
      ...causeOf(call),
    });
    return { ETag: quoted(head.etag), ...writeChecksums(head.checksums), ChecksumType: head.checksumType };
  }
}
