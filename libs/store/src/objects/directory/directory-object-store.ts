import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ServiceError } from '@lantern/aws-protocol';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.js';
import { checkRead } from '../conditions.js';
import { NotificationIndex } from '../notification-index.js';
import type { BucketNotifications, ObjectChangeListener } from '../object-changes.js';
import { invalidPartNumber, invalidRequest } from '../object-errors.js';
import { keyBytes, requireBucketName } from '../object-names.js';
import { ObjectStore } from '../object-store.js';
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
  WriteConditions,
  WriteOptions,
} from '../object-types.js';
import { answerRange } from '../ranges.js';
import { Announcer } from './announcer.js';
import { BlobFiles, isMissing, type WrittenBlob } from './blob-files.js';
import { BucketIndex, type FoundBucket } from './bucket-index.js';
import { Instance } from './instances.js';
import { Multipart } from './multipart.js';
import { ObjectIndex, toHead, type NewObject, type ObjectRow } from './object-index.js';
import { listObjects } from './object-list.js';
import { readSegments } from './segment-reader.js';
import { removeEmptyFolders, sweep, type SweepResult } from './sweep.js';
import { UploadIndex } from './upload-index.js';

export interface DirectoryObjectStoreConfig {
  readonly dataDir: string;
  readonly database: Kysely<Tables>;
}

/** How often a read looks again when the object is overwritten under its hands. */
const READ_ATTEMPTS = 5;
/** Spares files of other processes on the same directory that are on their way into the index. */
const SHARED_MIN_AGE_MS = 24 * 60 * 60_000;

/**
 * Objects as immutable files under `<dataDir>/objects/<account>/<bucket>/`, with their index in PostgreSQL.
 *
 * A write makes its file durable, then enters it in the index, then removes what it replaced. Whenever the program dies, the
 * index names only whole files, and what it does not name is garbage that `open` sweeps up.
 */
export class DirectoryObjectStore extends ObjectStore {
  private readonly files: BlobFiles;
  private readonly buckets: BucketIndex;
  private readonly objects: ObjectIndex;
  private readonly uploads: UploadIndex;
  private readonly multipart: Multipart;
  private readonly notificationIndex: NotificationIndex;
  private readonly announcer = new Announcer();

  private constructor(
    root: string,
    private readonly database: Kysely<Tables>,
    private readonly instance: Instance,
    /** What was removed when the store was opened. */
    readonly swept: SweepResult,
  ) {
    super();
    this.files = new BlobFiles(root);
    this.buckets = new BucketIndex(database);
    this.objects = new ObjectIndex(database);
    this.uploads = new UploadIndex(database);
    this.notificationIndex = new NotificationIndex(database);
    this.multipart = new Multipart(database, this.files, this.buckets, this.objects, this.uploads, this.announcer);
  }

  /** Opens the store and removes what a killed process left. Several processes may share a directory and database. */
  static async open({ dataDir, database }: DirectoryObjectStoreConfig): Promise<DirectoryObjectStore> {
    const root = join(dataDir, 'objects');
    const signIn = join(root, 'open-by');
    const instance = await Instance.enter(signIn);
    const minAgeMs = (await instance.hasCompany(signIn)) ? SHARED_MIN_AGE_MS : 0;
    return new DirectoryObjectStore(root, database, instance, await sweep(root, database, minAgeMs));
  }

  async createBucket(ref: BucketRef, region: string): Promise<void> {
    requireBucketName(ref.bucket);
    await this.buckets.create(ref, region);
  }

  async headBucket(ref: BucketRef): Promise<BucketHead> {
    const { name, region, createdAt } = await this.buckets.find(ref);
    return { name, region, createdAt };
  }

  listBuckets(account: string): Promise<readonly BucketHead[]> {
    return this.buckets.list(account);
  }

  async deleteBucket(ref: BucketRef): Promise<void> {
    const { id } = await this.buckets.find(ref);
    const { uploads } = await this.uploads.list(id, { maxUploads: Number.MAX_SAFE_INTEGER });
    const parts = await Promise.all(uploads.map(({ uploadId }) => this.uploads.parts(uploadId)));
    await this.buckets.delete(ref);
    await this.files.remove(
      ref,
      parts.flat().map(({ blob }) => blob),
    );
    await removeEmptyFolders(this.files.folder(ref));
  }

  async bucketTags(ref: BucketRef): Promise<Tags> {
    return (await this.buckets.find(ref)).tags;
  }

  setBucketTags(ref: BucketRef, tags: Tags): Promise<void> {
    return this.buckets.setTags(ref, tags);
  }

  async notifications(ref: BucketRef): Promise<BucketNotifications | undefined> {
    return (await this.buckets.find(ref)).notifications;
  }

  async setNotifications(ref: BucketRef, notifications: BucketNotifications | undefined): Promise<void> {
    await this.buckets.find(ref);
    await this.notificationIndex.set(ref, notifications);
  }

  tellBy(listener: ObjectChangeListener): void {
    this.announcer.listener = listener;
  }

  async put(ref: ObjectRef, body: Readable | Uint8Array, options: WriteOptions = {}): Promise<ObjectHead> {
    keyBytes(ref.key);
    const bucket = await this.buckets.find(ref);
    const written = await this.files.write(ref, body, options);
    const object = newObject(written, options.attributes ?? { metadata: {} }, options.tags ?? {});
    return this.enter(bucket, ref, object, [written.blob], { ...options, kind: 'put' });
  }

  async get(ref: ObjectRef, options: ReadOptions = {}): Promise<ReadObject> {
    const { id } = await this.buckets.find(ref);
    for (let attempt = 1; ; attempt++) {
      const row = await this.objects.find(id, ref);
      const head = toHead(row);
      checkRead(options, head, 'not-modified');
      const range = rangeOf(row, options);
      try {
        const body = await readSegments(this.files, ref, row.segments, range, options.signal);
        return { head, body, ...(range && { range }) };
      } catch (error) {
        if (!isMissing(error) || attempt === READ_ATTEMPTS) throw error;
      }
    }
  }

  async head(ref: ObjectRef): Promise<ObjectHead> {
    const { id } = await this.buckets.find(ref);
    return toHead(await this.objects.find(id, ref));
  }

  async copy(from: ObjectRef, to: ObjectRef, options: CopyOptions = {}): Promise<ObjectHead> {
    keyBytes(to.key);
    const source = await this.buckets.find(from);
    const target = await this.buckets.find(to);
    for (let attempt = 1; ; attempt++) {
      const row = await this.objects.find(source.id, from);
      checkRead(options.source ?? {}, toHead(row), 'refuse');
      try {
        const { object, blob } = await this.duplicate(from, row, to, options);
        return await this.enter(target, to, object, [blob], { ...options, kind: 'copy' });
      } catch (error) {
        if (!isMissing(error) || attempt === READ_ATTEMPTS) throw error;
      }
    }
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    const bucket = await this.buckets.find(ref);
    const also = this.announcer.of(ref, bucket, 'delete', options.cause);
    const segments = await this.objects.delete(bucket.id, ref, options, also);
    await this.files.remove(
      ref,
      segments.map(({ blob }) => blob),
    );
  }

  async deleteMany(ref: BucketRef, keys: readonly string[], { cause }: Caused = {}): Promise<void> {
    const bucket = await this.buckets.find(ref);
    const segments = await this.objects.deleteMany(bucket.id, keys, this.announcer.of(ref, bucket, 'delete', cause));
    await this.files.remove(
      ref,
      segments.map(({ blob }) => blob),
    );
  }

  async list(ref: BucketRef, options: ListOptions): Promise<ObjectList> {
    const { id } = await this.buckets.find(ref);
    return listObjects(this.database, id, options);
  }

  async tags(ref: ObjectRef): Promise<Tags> {
    const { id } = await this.buckets.find(ref);
    return (await this.objects.find(id, ref)).tags;
  }

  async setTags(ref: ObjectRef, tags: Tags, { cause }: Caused = {}): Promise<void> {
    const bucket = await this.buckets.find(ref);
    const kind = Object.keys(tags).length > 0 ? 'tag' : 'untag';
    await this.objects.setTags(bucket.id, ref, tags, this.announcer.of(ref, bucket, kind, cause));
  }

  createUpload(ref: ObjectRef, options: UploadOptions = {}): Promise<string> {
    return this.multipart.create(ref, options);
  }

  uploadPart(
    ref: UploadRef,
    partNumber: number,
    body: Readable | Uint8Array,
    expectations: Expectations & { readonly signal?: AbortSignal } = {},
  ): Promise<PartHead> {
    return this.multipart.uploadPart(ref, partNumber, body, expectations);
  }

  listParts(
    ref: UploadRef,
    options: { readonly afterPartNumber?: number; readonly maxParts: number },
  ): Promise<PartList> {
    return this.multipart.listParts(ref, options);
  }

  async listUploads(ref: BucketRef, options: UploadListOptions): Promise<UploadList> {
    const { id } = await this.buckets.find(ref);
    return options.maxUploads <= 0 ? { uploads: [], commonPrefixes: [] } : this.uploads.list(id, options);
  }

  completeUpload(ref: UploadRef, parts: readonly CompletedPart[], options: CompleteOptions = {}): Promise<ObjectHead> {
    return this.multipart.complete(ref, parts, options);
  }

  abortUpload(ref: UploadRef): Promise<void> {
    return this.multipart.abort(ref);
  }

  close(): Promise<void> {
    return this.instance.leave();
  }

  private async duplicate(from: ObjectRef, row: ObjectRow, to: ObjectRef, options: CopyOptions) {
    const attributes = options.attributes ?? row.attributes;
    const tags = options.tags ?? row.tags;
    const [only, ...more] = row.segments;
    const hasChecksum = !options.checksumAlgorithm || row.checksums[options.checksumAlgorithm] !== undefined;
    if (only && more.length === 0 && row.upload_id === null && hasChecksum) {
      // The bytes are immutable: a second name for the same file is a copy.
      const blob = await this.files.duplicate(from, only.blob, to);
      const { etag, size_bytes, checksums, checksum_type } = row;
      const digested = { etag, checksum_type, checksums: JSON.stringify(checksums) };
      return { object: { ...rowOf(blob, size_bytes, attributes, tags), ...digested }, blob };
    }
    // An object of parts becomes one whole, with an entity tag of its own, as on S3.
    const body = await readSegments(this.files, from, row.segments, undefined, options.signal);
    const algorithm = options.checksumAlgorithm ?? toHead(row).checksumAlgorithms[0];
    const written = await this.files.write(to, body, algorithm ? { checksumAlgorithm: algorithm } : {});
    return { object: newObject(written, attributes, tags), blob: written.blob };
  }

  /** Enters durable files in the index; takes them away again where the index refuses. */
  private async enter(
    bucket: FoundBucket,
    ref: ObjectRef,
    object: NewObject,
    blobs: readonly string[],
    options: WriteConditions & Caused & { readonly kind: 'put' | 'copy' },
  ): Promise<ObjectHead> {
    try {
      const also = this.announcer.of(ref, bucket, options.kind, options.cause, object);
      const replaced = await this.objects.put(bucket.id, ref, object, options, also);
      await this.files.remove(
        ref,
        replaced.map(({ blob }) => blob),
      );
    } catch (error) {
      // Only a refusal is certain. After a lost connection the row may be there, and a file too many is garbage at most.
      if (error instanceof ServiceError) await this.files.remove(ref, blobs);
      throw error;
    }
    return toHead(asRead(ref, object));
  }
}

function rowOf(blob: string, sizeBytes: number, attributes: object, tags: Tags) {
  return {
    size_bytes: sizeBytes,
    last_modified: new Date(),
    attributes: JSON.stringify(attributes),
    tags: JSON.stringify(tags),
    segments: JSON.stringify([{ blob, sizeBytes }]),
    upload_id: null,
  };
}

const newObject = (written: WrittenBlob, attributes: object, tags: Tags): NewObject => ({
  ...rowOf(written.blob, written.sizeBytes, attributes, tags),
  etag: written.md5.toString('hex'),
  checksums: JSON.stringify(written.checksums),
  checksum_type: Object.keys(written.checksums).length > 0 ? 'FULL_OBJECT' : null,
});

/** The row as it will be read. */
function asRead(ref: ObjectRef, row: NewObject): Omit<ObjectRow, 'bucket_id'> {
  const parsed = { attributes: row.attributes, tags: row.tags, checksums: row.checksums, segments: row.segments };
  // The columns were written from these very types.
  const values = Object.fromEntries(
    Object.entries(parsed).map(([name, json]) => [name, JSON.parse(json) as unknown]),
  ) as Pick<ObjectRow, keyof typeof parsed>;
  const { etag, size_bytes, last_modified, checksum_type = null, upload_id = null } = row;
  return { key: keyBytes(ref.key), etag, size_bytes, last_modified, checksum_type, upload_id, ...values };
}

function rangeOf(row: ObjectRow, { range, partNumber }: ReadOptions) {
  if (partNumber === undefined) return range && answerRange(range, row.size_bytes);
  if (range) throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  const isMultipart = row.segments.some((segment) => segment.partNumber !== undefined);
  const index = isMultipart ? row.segments.findIndex((segment) => segment.partNumber === partNumber) : partNumber - 1;
  const segment = row.segments[index];
  if (!segment) throw invalidPartNumber(partNumber, row.segments.length);
  if (segment.sizeBytes === 0) return undefined;
  const first = row.segments.slice(0, index).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { first, last: first + segment.sizeBytes - 1 };
}
