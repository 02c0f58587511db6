import { Injectable } from '@nestjs/common';
import { ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore, type BucketRef, type Caused } from '@lantern/store';
import type {
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  Error as DeleteFailure,
  ObjectIdentifier,
  S3Api,
} from '../api/index.js';
import { causeOf } from '../wire/cause.js';
import { refuseUnsupported, requireNullVersion } from '../wire/refusals.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1000;

@Injectable()
export class DeleteObjectHandler implements Handler<typeof S3Api.operations.DeleteObject> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: DeleteObjectRequest, call: Call): Promise<DeleteObjectOutput> {
    const { account } = call;
    refuseUnsupported(input, account);
    const ref = { account, bucket: input.Bucket, key: input.Key };
    await this.objects.delete(ref, {
      ...causeOf(call),
      ...(input.IfMatch !== undefined && { ifMatch: input.IfMatch }),
    });
    return {};
  }
}

@Injectable()
export class DeleteObjectsHandler implements Handler<typeof S3Api.operations.DeleteObjects> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: DeleteObjectsRequest, call: Call): Promise<DeleteObjectsOutput> {
    const { account } = call;
    refuseUnsupported(input, account);
    const { Objects, Quiet = false } = input.Delete;
    if (Objects.length === 0 || Objects.length > MAX_KEYS)
      throw new ServiceError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    const bucket = { account, bucket: input.Bucket };
    const failures = await this.deleteOneByOne(bucket, Objects.filter(needsCare), causeOf(call));
    const plain = Objects.filter((object) => !needsCare(object)).map(({ Key }) => Key);
    await this.objects.deleteMany(bucket, plain, causeOf(call));
    const failed = new Set(failures.map(({ Key }) => Key));
    return {
      ...(!Quiet && { Deleted: Objects.filter(({ Key }) => !failed.has(Key)).map(({ Key }) => ({ Key })) }),
      ...(failures.length > 0 && { Errors: failures }),
    };
  }

  private async deleteOneByOne(
    bucket: BucketRef,
    objects: readonly ObjectIdentifier[],
    caused: Caused,
  ): Promise<DeleteFailure[]> {
    const failures: DeleteFailure[] = [];
    for (const { Key, ETag, VersionId, LastModifiedTime, Size } of objects) {
      try {
        if (VersionId !== undefined) requireNullVersion(VersionId);
        if (LastModifiedTime !== undefined || Size !== undefined)
          throw new ServiceError('NotImplemented', 'Conditions on time and size exist on directory buckets only', 501);
        await this.objects.delete({ ...bucket, key: Key }, { ...caused, ...(ETag !== undefined && { ifMatch: ETag }) });
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code === 'NoSuchBucket') throw error;
        failures.push({ Key, VersionId, Code: error.code, Message: error.message });
      }
    }
    return failures;
  }
}

/** Whether more than a key is given, or a key that may be refused. */
const needsCare = ({ Key, ETag, VersionId, LastModifiedTime, Size }: ObjectIdentifier): boolean =>
  [ETag, VersionId, LastModifiedTime, Size].some((value) => value !== undefined) || Buffer.byteLength(Key) > 1024;
