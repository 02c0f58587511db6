import * as commands from '@aws-sdk/client-s3';
import { commandOf, type AccountCases, type AnyClient } from './account-cases.js';

const owned = { Bucket: 'private-bucket', Key: 'private-key' };
const { Bucket, Key } = owned;
const strangersBucket = 'strangers-bucket';
const tagging = { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } };

/** What an operation needs beside the owner's bucket and key. */
const more: Record<string, (uploadId: string) => object> = {
  CopyObject: () => ({ Bucket: strangersBucket, Key: 'stolen', CopySource: `${Bucket}/${Key}` }),
  UploadPartCopy: (UploadId) => ({ UploadId, PartNumber: 1, CopySource: `${Bucket}/${Key}` }),
  UploadPart: (UploadId) => ({ UploadId, PartNumber: 1, Body: 'x' }),
  ListParts: (UploadId) => ({ UploadId }),
  AbortMultipartUpload: (UploadId) => ({ UploadId }),
  CompleteMultipartUpload: (UploadId) => ({ UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0"' }] } }),
  DeleteObjects: () => ({ Delete: { Objects: [{ Key }] } }),
  PutObject: () => ({ Body: 'x' }),
  PutObjectTagging: () => tagging,
  PutBucketTagging: () => tagging,
  PutBucketNotificationConfiguration: () => ({ NotificationConfiguration: {} }),
  GetObjectAttributes: () => ({ ObjectAttributes: ['ETag'] }),
};

export const s3Cases: AccountCases = {
  service: 's3',
  namesNothing: {
    CreateBucket: 'makes a name in the own account',
    ListBuckets: 'lists the own account; checked below',
  },
  // The second is the answer to HEAD, which has no body.
  notThere: ['NoSuchBucket', 'NotFound'],
  prepare: async (suite, stranger) => {
    const s3 = suite.s3();
    await suite.s3(stranger).send(new commands.CreateBucketCommand({ Bucket: strangersBucket }));
    await s3.send(new commands.CreateBucketCommand({ Bucket }));
    await s3.send(new commands.PutObjectCommand({ ...owned, Body: 'secret' }));
    const { UploadId = '' } = await s3.send(new commands.CreateMultipartUploadCommand(owned));
    await s3.send(new commands.UploadPartCommand({ ...owned, UploadId, PartNumber: 1, Body: 'secret' }));
    const client: AnyClient = suite.s3(stranger);
    return {
      inputOf: (operation) => ({ ...owned, ...more[operation]?.(UploadId) }),
      callAsStranger: (operation, input) => client.send(new (commandOf(commands, operation))(input)),
    };
  },
};
