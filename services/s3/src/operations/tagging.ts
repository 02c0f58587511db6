import { Injectable } from '@nestjs/common';
import { ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore } from '@lantern/store';
import type {
  DeleteBucketTaggingRequest,
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetBucketTaggingOutput,
  GetBucketTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutBucketTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
  S3Api,
} from '../api/index.js';
import { causeOf } from '../wire/cause.js';
import { refuseUnsupported } from '../wire/refusals.js';
import { readBucketTags, readObjectTags, writeTags } from '../wire/tags.js';

type Operations = typeof S3Api.operations;

@Injectable()
export class GetObjectTaggingHandler implements Handler<Operations['GetObjectTagging']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: GetObjectTaggingRequest, { account }: Call): Promise<GetObjectTaggingOutput> {
    refuseUnsupported(input, account);
    return { TagSet: writeTags(await this.objects.tags({ account, bucket: input.Bucket, key: input.Key })) };
  }
}

@Injectable()
export class PutObjectTaggingHandler implements Handler<Operations['PutObjectTagging']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: PutObjectTaggingRequest, call: Call): Promise<PutObjectTaggingOutput> {
    const { account } = call;
    refuseUnsupported(input, account);
    const ref = { account, bucket: input.Bucket, key: input.Key };
    await this.objects.setTags(ref, readObjectTags(input.Tagging.TagSet), causeOf(call));
    return {};
  }
}

@Injectable()
export class DeleteObjectTaggingHandler implements Handler<Operations['DeleteObjectTagging']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: DeleteObjectTaggingRequest, call: Call): Promise<DeleteObjectTaggingOutput> {
    const { account } = call;
    refuseUnsupported(input, account);
    await this.objects.setTags({ account, bucket: input.Bucket, key: input.Key }, {}, causeOf(call));
    return {};
  }
}

@Injectable()
export class GetBucketTaggingHandler implements Handler<Operations['GetBucketTagging']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: GetBucketTaggingRequest, { account }: Call): Promise<GetBucketTaggingOutput> {
    refuseUnsupported(input, account);
    const tags = await this.objects.bucketTags({ account, bucket: input.Bucket });
    if (Object.keys(tags).length === 0)
      throw new ServiceError('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName: input.Bucket });
    return { TagSet: writeTags(tags) };
  }
}

@Injectable()
export class PutBucketTaggingHandler implements Handler<Operations['PutBucketTagging']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: PutBucketTaggingRequest, { account }: Call): Promise<Record<string, never>> {
    refuseUnsupported(input, account);
    await this.objects.setBucketTags({ account, bucket: input.Bucket }, readBucketTags(input.Tagging.TagSet));
    return {};
  }
}

@Injectable()
export class DeleteBucketTaggingHandler implements Handler<Operations['DeleteBucketTagging']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: DeleteBucketTaggingRequest, { account }: Call): Promise<Record<string, never>> {
    refuseUnsupported(input, account);
    await this.objects.setBucketTags({ account, bucket: input.Bucket }, {});
    return {};
  }
}
