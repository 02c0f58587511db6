import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as s3Commands from '@aws-sdk/client-s3';
import { mountedServices } from '@lantern/gateway';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSuite, type KeyPair, type Suite } from '../../support/suite.js';

const bucket = 'private-bucket';
const key = 'private-key';
const strangersBucket = 'strangers-bucket';

/** Operations that name no resource of the account, each with what it answers instead. */
const namesNothing: Record<string, string> = {
  'comprehend DetectDominantLanguage': 'answers from its own text',
  'comprehend BatchDetectDominantLanguage': 'answers from its own texts',
  'sts GetCallerIdentity': 'speaks of the caller alone; its contract test shows it',
  'sts GetSessionToken': 'issues to the caller alone',
  'sts AssumeRole': 'refuses roles of other accounts; its contract test shows it',
  's3 CreateBucket': 'makes a name in the own account',
  's3 ListBuckets': 'lists the own account; checked below',
};

const owned = { Bucket: bucket, Key: key };
/** What a stranger sends, beside the owner's bucket and key, so that the call is otherwise valid. */
const more: Record<string, (uploadId: string) => object> = {
  CopyObject: () => ({ Bucket: strangersBucket, Key: 'stolen', CopySource: `${bucket}/${key}` }),
  UploadPartCopy: (UploadId) => ({ UploadId, PartNumber: 1, CopySource: `${bucket}/${key}` }),
  UploadPart: (UploadId) => ({ UploadId, PartNumber: 1, Body: 'x' }),
  ListParts: (UploadId) => ({ UploadId }),
  AbortMultipartUpload: (UploadId) => ({ UploadId }),
  CompleteMultipartUpload: (UploadId) => ({ UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0"' }] } }),
  DeleteObjects: () => ({ Delete: { Objects: [{ Key: key }] } }),
  PutObject: () => ({ Body: 'x' }),
  PutObjectTagging: () => ({ Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }),
  PutBucketTagging: () => ({ Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }),
  GetObjectAttributes: () => ({ ObjectAttributes: ['ETag'] }),
};

const done = mountedServices.flatMap(({ api, table }) =>
  Object.entries(table)
    .filter(([, entry]) => typeof entry === 'function')
    .map(([operation]) => ({ service: api.name, operation })),
);

describe("another account's names do not resolve", () => {
  let suite: Suite;
  let stranger: KeyPair;
  let uploadId = '';
  beforeAll(async () => {
    suite = await startSuite('accounts');
    stranger = await suite.strangersKey();
    await suite.s3(stranger).send(new CreateBucketCommand({ Bucket: strangersBucket }));
    const s3 = suite.s3();
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await s3.send(new PutObjectCommand({ ...owned, Body: 'secret' }));
    uploadId = (await s3.send(new CreateMultipartUploadCommand(owned))).UploadId ?? '';
    await s3.send(new UploadPartCommand({ ...owned, UploadId: uploadId, PartNumber: 1, Body: 'secret' }));
  });
  afterAll(() => suite.close());

  it('walks at least every operation that is done', () => expect(done.length).toBeGreaterThan(20));

  const named = done.filter(({ service, operation }) => !namesNothing[`${service} ${operation}`]);
  it.each(named)('$service $operation', async ({ service, operation }) => {
    expect(service, `${service} ${operation} needs a case here`).toBe('s3');
    const Command = (s3Commands as unknown as Record<string, new (input: object) => Parameters<S3Client['send']>[0]>)[
      `${operation}Command`
    ];
    if (!Command) throw new Error(`no client command for ${operation}`);
    const call = suite.s3(stranger).send(new Command({ ...owned, ...more[operation]?.(uploadId) }));
    const error = await call.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(S3ServiceException);
    expect((error as S3ServiceException).$metadata.httpStatusCode).toBe(404);
  });

  it('s3 ListBuckets', async () => {
    const { Buckets } = await suite.s3(stranger).send(new s3Commands.ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([strangersBucket]);
  });
});
