import { Module } from '@nestjs/common';
import { ChangeTeller } from './notifications/change-teller.js';
import {
  CreateBucketHandler,
  DeleteBucketHandler,
  GetBucketLocationHandler,
  GetBucketVersioningHandler,
  HeadBucketHandler,
  ListBucketsHandler,
} from './operations/buckets.js';
import { CopyObjectHandler } from './operations/copy-object.js';
import { DeleteObjectHandler, DeleteObjectsHandler } from './operations/delete-objects.js';
import { GetObjectHandler, HeadObjectHandler } from './operations/get-object.js';
import { GetObjectAttributesHandler } from './operations/get-object-attributes.js';
import { ListObjectsHandler, ListObjectsV2Handler } from './operations/list-objects.js';
import { ListMultipartUploadsHandler, ListPartsHandler } from './operations/list-uploads.js';
import {
  AbortMultipartUploadHandler,
  CompleteMultipartUploadHandler,
  CreateMultipartUploadHandler,
} from './operations/multipart-uploads.js';
import {
  GetBucketNotificationConfigurationHandler,
  PutBucketNotificationConfigurationHandler,
} from './operations/notifications.js';
import { PutObjectHandler } from './operations/put-object.js';
import {
  DeleteBucketTaggingHandler,
  DeleteObjectTaggingHandler,
  GetBucketTaggingHandler,
  GetObjectTaggingHandler,
  PutBucketTaggingHandler,
  PutObjectTaggingHandler,
} from './operations/tagging.js';
import { UploadPartHandler, UploadPartCopyHandler } from './operations/upload-part.js';

const handlers = [
  AbortMultipartUploadHandler,
  CompleteMultipartUploadHandler,
  CopyObjectHandler,
  CreateBucketHandler,
  CreateMultipartUploadHandler,
  DeleteBucketHandler,
  DeleteBucketTaggingHandler,
  DeleteObjectHandler,
  DeleteObjectTaggingHandler,
  DeleteObjectsHandler,
  GetBucketLocationHandler,
  GetBucketNotificationConfigurationHandler,
  GetBucketTaggingHandler,
  GetBucketVersioningHandler,
  GetObjectHandler,
  GetObjectAttributesHandler,
  GetObjectTaggingHandler,
  HeadBucketHandler,
  HeadObjectHandler,
  ListBucketsHandler,
  ListMultipartUploadsHandler,
  ListObjectsHandler,
  ListObjectsV2Handler,
  ListPartsHandler,
  PutBucketNotificationConfigurationHandler,
  PutBucketTaggingHandler,
  PutObjectHandler,
  PutObjectTaggingHandler,
  UploadPartHandler,
  UploadPartCopyHandler,
];

/** S3 over the `ObjectStore` that the application provides. */
@Module({ providers: [ChangeTeller, ...handlers], exports: handlers })
export class S3Module {}
