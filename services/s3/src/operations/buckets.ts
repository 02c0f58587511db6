import { Injectable } from '@nestjs/common';
import { readPageToken, ServiceError, writePageToken, type Call, type Handler } from '@lantern/aws-protocol';
import { ObjectStore } from '@lantern/store';
import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
  S3Api,
} from '../api/index.js';
import { ownerOf } from '../wire/owner.js';
import { refuseUnsupported } from '../wire/refusals.js';

type Operations = typeof S3Api.operations;
/** The region whose buckets have no location constraint. */
const FIRST_REGION = 'us-east-1';
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
const MAX_BUCKETS = 10_000;

@Injectable()
export class CreateBucketHandler implements Handler<Operations['CreateBucket']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: CreateBucketRequest, { account, region }: Call): Promise<CreateBucketOutput> {
    refuseUnsupported(input, account);
    const { Bucket, CreateBucketConfiguration: configuration } = input;
    if (configuration?.Location !== undefined || configuration?.Bucket !== undefined)
      throw new ServiceError('NotImplemented', 'Directory buckets are not implemented', 501);
    const constraint = configuration?.LocationConstraint;
    await this.objects.createBucket(
      { account, bucket: Bucket },
      constraint === 'EU' ? 'eu-west-1' : (constraint ?? region),
    );
    return { Location: `/${Bucket}` };
  }
}

@Injectable()
export class HeadBucketHandler implements Handler<Operations['HeadBucket']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: HeadBucketRequest, { account }: Call): Promise<HeadBucketOutput> {
    refuseUnsupported(input, account);
    const { region } = await this.objects.headBucket({ account, bucket: input.Bucket });
    return { BucketRegion: region, AccessPointAlias: false };
  }
}

@Injectable()
export class ListBucketsHandler implements Handler<Operations['ListBuckets']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: ListBucketsRequest, { account }: Call): Promise<ListBucketsOutput> {
    const { Prefix, BucketRegion, ContinuationToken, MaxBuckets = MAX_BUCKETS } = input;
    const list = `buckets:${Prefix ?? ''}:${BucketRegion ?? ''}`;
    const after = ContinuationToken === undefined ? '' : readPageToken(list, ContinuationToken);
    if (after === undefined)
      throw new ServiceError('InvalidArgument', 'The continuation token provided is incorrect', 400);
    const found = (await this.objects.listBuckets(account)).filter(
      ({ name, region }) =>
        name > after &&
        (Prefix === undefined || name.startsWith(Prefix)) &&
        (BucketRegion === undefined || region === BucketRegion),
    );
    const page = found.slice(0, MaxBuckets);
    const last = page.at(-1);
    return {
      Owner: ownerOf(account),
      Buckets: page.map(({ name, region, createdAt }) => ({
        Name: name,
        CreationDate: createdAt,
        // S3 names regions only where the list is asked for in pages.
        ...(input.MaxBuckets !== undefined && { BucketRegion: region }),
      })),
      Prefix,
      ...(found.length > page.length && last && { ContinuationToken: writePageToken(list, last.name) }),
    };
  }
}

@Injectable()
export class DeleteBucketHandler implements Handler<Operations['DeleteBucket']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: DeleteBucketRequest, { account }: Call): Promise<Record<string, never>> {
    refuseUnsupported(input, account);
    await this.objects.deleteBucket({ account, bucket: input.Bucket });
    return {};
  }
}

@Injectable()
export class GetBucketLocationHandler implements Handler<Operations['GetBucketLocation']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: GetBucketLocationRequest, { account }: Call): Promise<GetBucketLocationOutput> {
    refuseUnsupported(input, account);
    const { region } = await this.objects.headBucket({ account, bucket: input.Bucket });
    // Any region may be configured; the model's list is that of a day in 2025.
    return region === FIRST_REGION ? {} : ({ LocationConstraint: region } as GetBucketLocationOutput);
  }
}

/** Versioning was never enabled: S3 then answers without a status. */
@Injectable()
export class GetBucketVersioningHandler implements Handler<Operations['GetBucketVersioning']> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(input: GetBucketVersioningRequest, { account }: Call): Promise<GetBucketVersioningOutput> {
    refuseUnsupported(input, account);
    await this.objects.headBucket({ account, bucket: input.Bucket });
    return {};
  }
}
