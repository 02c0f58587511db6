import { Injectable } from '@nestjs/common';
import { ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore, type CompletedPart } from '@lantern/store';
import type {
  AbortMultipartUploadOutput,
  AbortMultipartUploadRequest,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
  S3Api,
} from '../api/index.js';
import { readAttributes } from '../wire/attributes.js';
import { causeOf } from '../wire/cause.js';
import { readChecksums, writeChecksums } from '../wire/checksums.js';
import { quoted } from '../wire/keys.js';
import { refuseUnsupported } from '../wire/refusals.js';
import { readTaggingHeader } from '../wire/tags.js';

type Operations = typeof S3Api.operations;

@Injectable()
export class CreateMultipartUploadHandler implements Handler<Operations['CreateMultipartUpload']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: CreateMultipartUploadRequest, { account }: Call): Promise<CreateMultipartUploadOutput> {
    refuseUnsupported(input, account);
    const { Bucket, Key, ChecksumAlgorithm, ChecksumType } = input;
    const uploadId = await this.objects.createUpload(
      { account, bucket: Bucket, key: Key },
      {
        attributes: readAttributes(input),
        ...(input.Tagging !== undefined && { tags: readTaggingHeader(input.Tagging) }),
        ...(ChecksumAlgorithm && { checksumAlgorithm: ChecksumAlgorithm }),
        ...(ChecksumType && { checksumType: ChecksumType }),
      },
    );
    return { Bucket, Key, UploadId: uploadId, ChecksumAlgorithm, ChecksumType };
  }
}

@Injectable()
export class CompleteMultipartUploadHandler implements Handler<Operations['CompleteMultipartUpload']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: CompleteMultipartUploadRequest, call: Call): Promise<CompleteMultipartUploadOutput> {
    const { account, origin } = call;
    refuseUnsupported(input, account);
    const { Bucket, Key, UploadId, MpuObjectSize, ChecksumType } = input;
    const ref = { account, bucket: Bucket, key: Key, uploadId: UploadId };
    const head = await this.objects.completeUpload(ref, readParts(input), {
      ...causeOf(call),
      checksums: readChecksums(input),
      ...(ChecksumType && { checksumType: ChecksumType }),
      ...(MpuObjectSize !== undefined && { sizeBytes: MpuObjectSize }),
      ...(input.IfMatch !== undefined && { ifMatch: input.IfMatch }),
      ...(input.IfNoneMatch !== undefined && { ifNoneMatch: input.IfNoneMatch }),
    });
    return {
      Location: `${origin}/${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`,
      Bucket,
      Key,
      ETag: quoted(head.etag),
      ...writeChecksums(head.checksums),
      ChecksumType: head.checksumType,
    };
  }
}

@Injectable()
export class AbortMultipartUploadHandler implements Handler<Operations['AbortMultipartUpload']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: AbortMultipartUploadRequest, { account }: Call): Promise<AbortMultipartUploadOutput> {
    refuseUnsupported(input, account);
    await this.objects.abortUpload({ account, bucket: input.Bucket, key: input.Key, uploadId: input.UploadId });
    return {};
  }
}

const malformed = () =>
  new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

function readParts({ MultipartUpload }: CompleteMultipartUploadRequest): CompletedPart[] {
  const parts = MultipartUpload?.Parts ?? [];
  if (parts.length === 0) throw malformed();
  return parts.map((part) => {
    if (part.PartNumber === undefined || part.ETag === undefined) throw malformed();
    return { partNumber: part.PartNumber, etag: part.ETag, checksums: readChecksums(part) };
  });
}
