import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readPageToken, ServiceError, writePageToken, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore, type ObjectList, type ObjectSummary } from '@lantern/store';
import type {
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  Object as ListedObject,
  S3Api,
} from '../api/index.js';
import { keyWriter, pageSize, quoted } from '../wire/keys.js';
import { ownerOf } from '../wire/owner.js';
import { refuseUnsupported } from '../wire/refusals.js';

@Injectable()
export class ListObjectsHandler implements Handler<typeof S3Api.operations.ListObjects> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: ListObjectsRequest, { account }: Call): Promise<ListObjectsOutput> {
    refuseUnsupported(input, account);
    const { Bucket, Prefix = '', Delimiter, Marker = '', MaxKeys, EncodingType } = input;
    const write = keyWriter(EncodingType);
    const maxKeys = pageSize(MaxKeys, 'max-keys');
    const list = await this.objects.list(
      { account, bucket: Bucket },
      {
        prefix: Prefix,
        maxKeys,
        ...(Delimiter !== undefined && { delimiter: Delimiter }),
        ...(Marker !== '' && { startAfter: Marker }),
      },
    );
    return {
      ...contents(list, write, account),
      Name: Bucket,
      Prefix: write(Prefix),
      Marker: write(Marker),
      Delimiter: Delimiter === undefined ? undefined : write(Delimiter),
      MaxKeys: maxKeys,
      EncodingType,
      IsTruncated: list.nextStartAfter !== undefined,
      // Without a delimiter the last key is the next marker, and S3 leaves it to the client.
      ...(Delimiter && list.nextStartAfter !== undefined && { NextMarker: write(list.nextStartAfter) }),
    };
  }
}

@Injectable()
export class ListObjectsV2Handler implements Handler<typeof S3Api.operations.ListObjectsV2> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: ListObjectsV2Request, { account }: Call): Promise<ListObjectsV2Output> {
    refuseUnsupported(input, account);
    const { Bucket, Prefix = '', Delimiter, StartAfter, ContinuationToken, MaxKeys, EncodingType, FetchOwner } = input;
    const write = keyWriter(EncodingType);
    const maxKeys = pageSize(MaxKeys, 'max-keys');
    const token = tokenName(Bucket, Prefix, Delimiter);
    const startAfter = ContinuationToken === undefined ? StartAfter : readToken(token, ContinuationToken);
    const list = await this.objects.list(
      { account, bucket: Bucket },
      {
        prefix: Prefix,
        maxKeys,
        ...(Delimiter !== undefined && { delimiter: Delimiter }),
        ...(startAfter && { startAfter }),
      },
    );
    return {
      ...contents(list, write, FetchOwner ? account : undefined),
      Name: Bucket,
      Prefix: write(Prefix),
      Delimiter: Delimiter === undefined ? undefined : write(Delimiter),
      MaxKeys: maxKeys,
      EncodingType,
      KeyCount: list.objects.length + list.commonPrefixes.length,
      ContinuationToken,
      StartAfter: StartAfter === undefined ? undefined : write(StartAfter),
      IsTruncated: list.nextStartAfter !== undefined,
      ...(list.nextStartAfter !== undefined && { NextContinuationToken: writePageToken(token, list.nextStartAfter) }),
    };
  }
}

/** What a continuation token belongs to; hashed, because prefixes may be long. */
const tokenName = (...parts: readonly (string | undefined)[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

function readToken(name: string, token: string): string {
  const after = readPageToken(name, token);
  if (after === undefined)
    throw new ServiceError('InvalidArgument', 'The continuation token provided is incorrect', 400, {
      ArgumentName: 'continuation-token',
    });
  return after;
}

function contents(list: ObjectList, write: (key: string) => string, owner: string | undefined) {
  return {
    Contents: list.objects.map((object) => writeObject(object, write, owner)),
    CommonPrefixes: list.commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
  };
}

const writeObject = (
  object: ObjectSummary,
  write: (key: string) => string,
  owner: string | undefined,
): ListedObject => ({
  Key: write(object.key),
  LastModified: object.lastModified,
  ETag: quoted(object.etag),
  Size: object.sizeBytes,
  StorageClass: 'STANDARD',
  ...(owner !== undefined && { Owner: ownerOf(owner) }),
  ...(object.checksumAlgorithms.length > 0 && {
    ChecksumAlgorithm: object.checksumAlgorithms,
    ChecksumType: object.checksumType,
  }),
});
