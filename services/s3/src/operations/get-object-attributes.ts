import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { ObjectStore, type ObjectHead } from '@lantern/store';
import type {
  GetObjectAttributesOutput,
  GetObjectAttributesParts,
  GetObjectAttributesRequest,
  S3Api,
} from '../api/index.js';
import { writeChecksums } from '../wire/checksums.js';
import { pageSize } from '../wire/keys.js';
import { refuseUnsupported } from '../wire/refusals.js';

@Injectable()
export class GetObjectAttributesHandler implements Handler<typeof S3Api.operations.GetObjectAttributes> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: GetObjectAttributesRequest, { account }: Call): Promise<GetObjectAttributesOutput> {
    refuseUnsupported(input, account);
    const head = await this.objects.head({ account, bucket: input.Bucket, key: input.Key });
    const asked = new Set<string>(input.ObjectAttributes);
    const hasChecksums = Object.keys(head.checksums).length > 0;
    return {
      LastModified: head.lastModified,
      ...(asked.has('ETag') && { ETag: head.etag }),
      ...(asked.has('Checksum') &&
        hasChecksums && { Checksum: { ...writeChecksums(head.checksums), ChecksumType: head.checksumType } }),
      ...(asked.has('ObjectParts') && head.parts && { ObjectParts: parts(head, input) }),
      ...(asked.has('StorageClass') && { StorageClass: 'STANDARD' }),
      ...(asked.has('ObjectSize') && { ObjectSize: head.sizeBytes }),
    };
  }
}

function parts(head: ObjectHead, input: GetObjectAttributesRequest): GetObjectAttributesParts {
  const all = head.parts ?? [];
  const after = Number(input.PartNumberMarker ?? 0);
  const size = pageSize(input.MaxParts, 'max-parts');
  const rest = all.filter(({ partNumber }) => partNumber > after);
  const page = rest.slice(0, size);
  return {
    TotalPartsCount: all.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
    MaxParts: size,
    IsTruncated: rest.length > page.length,
    // S3 lists the parts only of objects that have checksums.
    ...(Object.keys(head.checksums).length > 0 && {
      Parts: page.map(({ partNumber, sizeBytes, checksums }) => ({
        PartNumber: partNumber,
        Size: sizeBytes,
        ...writeChecksums(checksums),
      })),
    }),
  };
}
