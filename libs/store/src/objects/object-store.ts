import type { Readable } from 'node:stream';
import type { BucketNotifications, ObjectChangeListener } from './object-changes.js';
import type {
  BucketHead,
  BucketRef,
  Caused,
  CompletedPart,
  CompleteOptions,
  CopyOptions,
  DeleteOptions,
  Expectations,
  ListOptions,
  ObjectHead,
  ObjectList,
  ObjectRef,
  PartHead,
  PartList,
  ReadObject,
  ReadOptions,
  Tags,
  UploadList,
  UploadListOptions,
  UploadOptions,
  UploadRef,
  WriteOptions,
} from './object-types.js';

/**
 * Keeps objects in buckets, per account, with the semantics of S3.
 *
 * Every method throws `ServiceError` with S3's own code and words (`NoSuchBucket`, `NoSuchKey`, `PreconditionFailed`, ...).
 * A write that has been answered is durable; an overwrite is atomic: a reader sees the old or the new object, never a mix.
 */
export abstract class ObjectStore {
  /** Makes a bucket. Throws BucketAlreadyOwnedByYou, InvalidBucketName. */
  abstract createBucket(ref: BucketRef, region: string): Promise<void>;
  abstract headBucket(ref: BucketRef): Promise<BucketHead>;
  /** All buckets of an account, by name. */
  abstract listBuckets(account: string): Promise<readonly BucketHead[]>;
  /** Removes an empty bucket and its unfinished uploads. Throws BucketNotEmpty. */
  abstract deleteBucket(ref: BucketRef): Promise<void>;
  abstract bucketTags(ref: BucketRef): Promise<Tags>;
  abstract setBucketTags(ref: BucketRef, tags: Tags): Promise<void>;
  /** Who is told of changes in a bucket; undefined where nobody is. */
  abstract notifications(ref: BucketRef): Promise<BucketNotifications | undefined>;
  abstract setNotifications(ref: BucketRef, notifications: BucketNotifications | undefined): Promise<void>;
  /** Sets the one who tells of changes in buckets with notifications; without one, such changes are refused. */
  abstract tellBy(listener: ObjectChangeListener): void;

  /** Writes an object. The body is consumed as it comes; memory use does not depend on its length. */
  abstract put(ref: ObjectRef, body: Readable | Uint8Array, options?: WriteOptions): Promise<ObjectHead>;
  /** Reads an object. The caller consumes or destroys the body. Throws NoSuchKey, InvalidRange, NotModified (304). */
  abstract get(ref: ObjectRef, options?: ReadOptions): Promise<ReadObject>;
  abstract head(ref: ObjectRef): Promise<ObjectHead>;
  /** Copies within an account, also onto itself. */
  abstract copy(from: ObjectRef, to: ObjectRef, options?: CopyOptions): Promise<ObjectHead>;
  /** Removes an object; a key that does not exist is no error. */
  abstract delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  /** Removes many objects at once. */
  abstract deleteMany(ref: BucketRef, keys: readonly string[], options?: Caused): Promise<void>;
  /** Lists keys in UTF-8 byte order. */
  abstract list(ref: BucketRef, options: ListOptions): Promise<ObjectList>;
  abstract tags(ref: ObjectRef): Promise<Tags>;
  abstract setTags(ref: ObjectRef, tags: Tags, options?: Caused): Promise<void>;

  /** Begins a multipart upload and returns its id. */
  abstract createUpload(ref: ObjectRef, options?: UploadOptions): Promise<string>;
  /** Writes a part; the same number again replaces it. */
  abstract uploadPart(
    ref: UploadRef,
    partNumber: number,
    body: Readable | Uint8Array,
    expectations?: Expectations & { readonly signal?: AbortSignal },
  ): Promise<PartHead>;
  abstract listParts(
    ref: UploadRef,
    options: { readonly afterPartNumber?: number; readonly maxParts: number },
  ): Promise<PartList>;
  abstract listUploads(ref: BucketRef, options: UploadListOptions): Promise<UploadList>;
  /** Makes the object of the listed parts. Throws InvalidPart, InvalidPartOrder, EntityTooSmall. */
  abstract completeUpload(
    ref: UploadRef,
    parts: readonly CompletedPart[],
    options?: CompleteOptions,
  ): Promise<ObjectHead>;
  abstract abortUpload(ref: UploadRef): Promise<void>;

  /** Lets go of what the store holds open. */
  abstract close(): Promise<void>;
}
