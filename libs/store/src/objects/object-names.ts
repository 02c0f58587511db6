import { invalidBucketName, keyTooLong } from './object-errors.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;
const IP_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Whether S3 allows a bucket of this name. Such a name is also a safe folder name: no `..`, no `/`, lower case. */
export const isBucketName = (name: string): boolean =>
  BUCKET_NAME.test(name) && !RESERVED.test(name) && !IP_ADDRESS.test(name);

/** Throws InvalidBucketName unless S3's rules allow the name. */
export function requireBucketName(name: string): void {
  if (!isBucketName(name)) throw invalidBucketName(name);
}

/** A key's UTF-8 bytes, whose order is the order of lists. Throws KeyTooLongError. */
export function keyBytes(key: string): Buffer {
  const bytes = Buffer.from(key, 'utf8');
  if (bytes.length > MAX_KEY_BYTES) throw keyTooLong(bytes.length);
  return bytes;
}

/**
 * The smallest byte string after all that start with `prefix`.
 * @returns undefined where there is none: the prefix is empty or all 0xff
 */
export function afterPrefix(prefix: Uint8Array): Buffer | undefined {
  const end = prefix.findLastIndex((byte) => byte !== 0xff);
  if (end < 0) return undefined;
  const bytes = Buffer.from(prefix.subarray(0, end + 1));
  bytes[end] = bytes[end]! + 1;
  return bytes;
}
