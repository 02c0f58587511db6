import { ServiceError } from '@lantern/aws-protocol';
import type { BucketRef, ObjectRef } from './object-types.js';

// Codes, statuses and words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

export const noSuchBucket = ({ bucket }: BucketRef) =>
  new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: bucket });
export const noSuchKey = ({ key }: ObjectRef) =>
  new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
export const noSuchUpload = (uploadId: string) =>
  new ServiceError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId: uploadId },
  );
export const bucketNotEmpty = ({ bucket }: BucketRef) =>
  new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { BucketName: bucket });
export const bucketAlreadyOwnedByYou = ({ bucket }: BucketRef) =>
  new ServiceError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    { BucketName: bucket },
  );
export const invalidBucketName = (bucket: string) =>
  new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: bucket });
export const keyTooLong = (sizeBytes: number) =>
  new ServiceError('KeyTooLongError', 'Your key is too long', 400, { Size: sizeBytes, MaxSizeAllowed: 1024 });
export const preconditionFailed = (condition: string) =>
  new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });
/** 304: the answer to a read whose object has not changed. It has no body. */
export const notModified = (etag: string, lastModified: Date) =>
  new ServiceError(
    'NotModified',
    'Not Modified',
    304,
    {},
    { etag: `"${etag}"`, 'last-modified': lastModified.toUTCString() },
  );
export const invalidRange = (asked: string, sizeBytes: number) =>
  new ServiceError(
    'InvalidRange',
    'The requested range is not satisfiable',
    416,
    { RangeRequested: asked, ActualObjectSize: sizeBytes },
    { 'content-range': `bytes */${sizeBytes}` },
  );
export const invalidPartNumber = (asked: number, nParts: number) =>
  new ServiceError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
    PartNumberRequested: asked,
    ActualPartCount: nParts,
  });
export const invalidPart = (partNumber: number) =>
  new ServiceError(
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    { PartNumber: partNumber },
  );
export const invalidPartOrder = () =>
  new ServiceError(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
    400,
  );
export const entityTooSmall = (proposedBytes: number, minimumBytes: number, partNumber: number) =>
  new ServiceError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
    ProposedSize: proposedBytes,
    MinSizeAllowed: minimumBytes,
    PartNumber: partNumber,
  });
export const entityTooLarge = (maximumBytes: number) =>
  new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
    MaxSizeAllowed: maximumBytes,
  });
export const incompleteBody = () =>
  new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    400,
  );
export const badDigest = (what: string) =>
  new ServiceError('BadDigest', `The ${what} you specified did not match the calculated checksum.`, 400);
export const invalidDigest = () => new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400);
export const invalidArgument = (message: string, name: string, value: string) =>
  new ServiceError('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });
export const invalidRequest = (message: string) => new ServiceError('InvalidRequest', message, 400);
