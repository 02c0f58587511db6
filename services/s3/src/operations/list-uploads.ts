import { Injectable } from '@nestjs/common';
import { ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore } from '@lantern/store';
import type {
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
  S3Api,
} from '../api/index.js';
import { writeChecksums } from '../wire/checksums.js';
import { keyWriter, pageSize, quoted } from '../wire/keys.js';
import { ownerOf } from '../wire/owner.js';
import { refuseUnsupported } from '../wire/refusals.js';

@Injectable()
export class ListPartsHandler implements Handler<typeof S3Api.operations.ListParts> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: ListPartsRequest, { account, principal }: Call): Promise<ListPartsOutput> {
    refuseUnsupported(input, account);
    const { Bucket, Key, UploadId, MaxParts } = input;
    const maxParts = pageSize(MaxParts, 'max-parts');
    const after = Number(input.PartNumberMarker ?? 0);
    if (!Number.isInteger(after) || after < 0)
      throw new ServiceError(
        'InvalidArgument',
        'Provided part-number-marker not an integer or within integer range',
        400,
        {
          ArgumentName: 'part-number-marker',
          ArgumentValue: input.PartNumberMarker,
        },
      );
    const { upload, parts, nextAfterPartNumber } = await this.objects.listParts(
      { account, bucket: Bucket, key: Key, uploadId: UploadId },
      { afterPartNumber: after, maxParts },
    );
    return {
      Bucket,
      Key,
      UploadId,
      Owner: ownerOf(account),
      Initiator: { ID: principal.arn, DisplayName: principal.arn },
      StorageClass: 'STANDARD',
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(parts.at(-1)?.partNumber ?? 0),
      MaxParts: maxParts,
      IsTruncated: nextAfterPartNumber !== undefined,
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
      Parts: parts.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: part.lastModified,
        ETag: quoted(part.etag),
        Size: part.sizeBytes,
        ...writeChecksums(part.checksums),
      })),
    };
  }
}

@Injectable()
export class ListMultipartUploadsHandler implements Handler<typeof S3Api.operations.ListMultipartUploads> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: ListMultipartUploadsRequest, { account, principal }: Call): Promise<ListMultipartUploadsOutput> {
    refuseUnsupported(input, account);
    const { Bucket, Prefix = '', Delimiter, KeyMarker = '', UploadIdMarker, EncodingType } = input;
    const write = keyWriter(EncodingType);
    const maxUploads = pageSize(input.MaxUploads, 'max-uploads');
    // S3 ignores an upload marker without a key marker.
    const after =
      KeyMarker === '' ? undefined : { key: KeyMarker, ...(UploadIdMarker && { uploadId: UploadIdMarker }) };
    const { uploads, commonPrefixes, next } = await this.objects.listUploads(
      { account, bucket: Bucket },
      { prefix: Prefix, maxUploads, ...(Delimiter !== undefined && { delimiter: Delimiter }), ...(after && { after }) },
    );
    return {
      Bucket,
      Prefix: write(Prefix),
      Delimiter: Delimiter === undefined ? undefined : write(Delimiter),
      KeyMarker: write(KeyMarker),
      UploadIdMarker: UploadIdMarker ?? '',
      MaxUploads: maxUploads,
      EncodingType,
      IsTruncated: next !== undefined,
      ...(next && { NextKeyMarker: write(next.key), NextUploadIdMarker: next.uploadId ?? '' }),
      CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
      Uploads: uploads.map(({ key, uploadId, initiatedAt, checksumAlgorithm, checksumType }) => ({
        Key: write(key),
        UploadId: uploadId,
        Initiated: initiatedAt,
        StorageClass: 'STANDARD',
        Owner: ownerOf(account),
        Initiator: { ID: principal.arn, DisplayName: principal.arn },
        ChecksumAlgorithm: checksumAlgorithm,
        ChecksumType: checksumType,
      })),
    };
  }
}
