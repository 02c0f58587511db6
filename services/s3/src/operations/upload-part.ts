import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore, parseRange, type ObjectRef, type ReadObject, type ReadOptions } from '@lantern/store';
import type {
  S3Api,
  UploadPartCopyOutput,
  UploadPartCopyRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '../api/index.js';
import { readExpectations, writeChecksums } from '../wire/checksums.js';
import { readCopySource, readSourceConditions } from '../wire/copy-source.js';
import { quoted } from '../wire/keys.js';
import { refuseUnsupported } from '../wire/refusals.js';

@Injectable()
export class UploadPartHandler implements Handler<typeof S3Api.operations.UploadPart> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: UploadPartRequest, { account, headers, signal }: Call): Promise<UploadPartOutput> {
    refuseUnsupported(input, account);
    const ref = { account, bucket: input.Bucket, key: input.Key, uploadId: input.UploadId };
    const expectations = { ...readExpectations(input, headers), signal };
    const part = await this.objects.uploadPart(ref, input.PartNumber, input.Body ?? Readable.from([]), expectations);
    return { ETag: quoted(part.etag), ...writeChecksums(part.checksums) };
  }
}

@Injectable()
export class UploadPartCopyHandler implements Handler<typeof S3Api.operations.UploadPartCopy> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: UploadPartCopyRequest, { account, signal }: Call): Promise<UploadPartCopyOutput> {
    refuseUnsupported(input, account);
    const source = readCopySource(input.CopySource, account);
    const read = await this.read(source, {
      ...readSourceConditions(input),
      ...(input.CopySourceRange !== undefined && { range: readCopyRange(input.CopySourceRange) }),
      signal,
    });
    const ref = { account, bucket: input.Bucket, key: input.Key, uploadId: input.UploadId };
    const part = await this.objects
      .uploadPart(ref, input.PartNumber, read.body, { signal })
      .finally(() => read.body.destroy());
    return {
      CopyPartResult: { ETag: quoted(part.etag), LastModified: part.lastModified, ...writeChecksums(part.checksums) },
    };
  }

  /** A copy answers 412 where a read would say that nothing changed. */
  private async read(source: ObjectRef, options: ReadOptions): Promise<ReadObject> {
    try {
      return await this.objects.get(source, options);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.status !== 304) throw error;
      throw new ServiceError(
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        412,
      );
    }
  }
}

/** A copy's range has both ends. */
function readCopyRange(header: string) {
  const range = parseRange(header);
  if (!range || !('first' in range) || range.last === undefined)
    throw new ServiceError(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      400,
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    );
  return range;
}
