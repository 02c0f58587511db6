import * as s3 from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.js';
import type { BucketNotifications, ChangeKind, ObjectChangeListener } from '../object-changes.js';
import { bucketAlreadyOwnedByYou, invalidBucketName, invalidRequest, noSuchUpload } from '../object-errors.js';
import { isBucketName, keyBytes, requireBucketName } from '../object-names.js';
import { ObjectStore } from '../object-store.js';
import type {
  BucketHead,
  BucketRef,
  Caused,
  ChangeCause,
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
} from '../object-types.js';
import { Announcements } from './announcements.js';
import { sendChecked } from './checked-body.js';
import { listObjects, listParts, listUploads } from './lists.js';
import * as translate from './translation.js';

export interface S3CompatibleConfig {
  /** Origin of the server, e.g. `http://127.0.0.1:9000`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Begins the name of every bucket on the server: `<prefix><account>-<bucket>`. */
  readonly bucketPrefix: string;
}

const DELETE_BATCH = 1000;

/** Objects on any server that speaks S3, one bucket of its for one of ours. */
export class S3CompatibleObjectStore extends ObjectStore {
  private readonly client: s3.S3Client;
  private readonly announcements: Announcements;

  /** @param database keeps who is told of changes, because servers tell in ways of their own, or not at all */
  constructor(
    private readonly config: S3CompatibleConfig,
    database: Kysely<Tables>,
  ) {
    super();
    this.announcements = new Announcements(database);
    const { endpoint, region, accessKeyId, secretAccessKey } = config;
    this.client = new s3.S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      // Older servers know no checksums but MD5: only those that a caller asks for are sent.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** The bucket gets the server's region, whatever is asked for. */
  async createBucket(ref: BucketRef): Promise<void> {
    requireBucketName(ref.bucket);
    const { region } = this.config;
    // A server may take creating a bucket twice for harmless, as AWS does in its first region.
    const exists = await this.headBucket(ref).then(
      () => true,
      () => false,
    );
    if (exists) throw bucketAlreadyOwnedByYou(ref);
    await this.send(ref, (bucket) => {
      const constraint = region as s3.BucketLocationConstraint; // Any server may have regions of its own.
      const configuration = region === 'us-east-1' ? undefined : { LocationConstraint: constraint };
      return this.client.send(new s3.CreateBucketCommand({ ...bucket, CreateBucketConfiguration: configuration }));
    });
    await this.announcements.index.forget(ref);
  }

  async headBucket(ref: BucketRef): Promise<BucketHead> {
    const head = await this.send(ref, (bucket) => this.client.send(new s3.HeadBucketCommand(bucket)));
    const listed = (await this.listBuckets(ref.account)).find(({ name }) => name === ref.bucket);
    return {
      name: ref.bucket,
      region: head.BucketRegion ?? this.config.region,
      createdAt: listed?.createdAt ?? new Date(0),
    };
  }

  async listBuckets(account: string): Promise<readonly BucketHead[]> {
    const prefix = this.serverName({ account, bucket: '' });
    const found: BucketHead[] = [];
    for await (const { Buckets = [] } of s3.paginateListBuckets({ client: this.client }, { Prefix: prefix }))
      for (const { Name = '', CreationDate = new Date(0), BucketRegion = this.config.region } of Buckets)
        if (Name.startsWith(prefix))
          found.push({ name: Name.slice(prefix.length), region: BucketRegion, createdAt: CreationDate });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async deleteBucket(ref: BucketRef): Promise<void> {
    await this.send(ref, (bucket) => this.client.send(new s3.DeleteBucketCommand(bucket)));
    await this.announcements.index.forget(ref);
  }

  async notifications(ref: BucketRef): Promise<BucketNotifications | undefined> {
    await this.headBucket(ref);
    return this.announcements.index.find(ref);
  }

  async setNotifications(ref: BucketRef, notifications: BucketNotifications | undefined): Promise<void> {
    await this.headBucket(ref);
    await this.announcements.index.set(ref, notifications);
  }

  tellBy(listener: ObjectChangeListener): void {
    this.announcements.listener = listener;
  }

  async bucketTags(ref: BucketRef): Promise<Tags> {
    try {
      const { TagSet } = await this.send(ref, (bucket) => this.client.send(new s3.GetBucketTaggingCommand(bucket)));
      return translate.fromTagSet(TagSet);
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchTagSet') return {};
      throw error;
    }
  }

  async setBucketTags(ref: BucketRef, tags: Tags): Promise<void> {
    const TagSet = translate.toTagSet(tags);
    await this.send(ref, async (bucket) => {
      if (TagSet.length === 0) await this.client.send(new s3.DeleteBucketTaggingCommand(bucket));
      else await this.client.send(new s3.PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet } }));
    });
  }

  async put(ref: ObjectRef, body: Readable | Uint8Array, options: WriteOptions = {}): Promise<ObjectHead> {
    keyBytes(ref.key);
    const sizeBytes = options.sizeBytes ?? (body instanceof Readable ? undefined : body.length);
    await this.send(ref, (bucket) => {
      const fixed = {
        ...bucket,
        Key: ref.key,
        ...translate.toAttributes(options.attributes),
        ...translate.toChecksums(options.checksums),
        ChecksumAlgorithm: options.checksumAlgorithm,
        Tagging: options.tags && translate.toTagging(options.tags),
        IfMatch: options.ifMatch,
        IfNoneMatch: options.ifNoneMatch,
      };
      return sendChecked<unknown>(body, options, (Body, abortController) =>
        // Without a length the body goes in parts, of which only a few are in memory at a time.
        sizeBytes === undefined
          ? new Upload({ client: this.client, params: { ...fixed, Body }, abortController }).done()
          : this.client.send(new s3.PutObjectCommand({ ...fixed, Body, ContentLength: sizeBytes }), {
              abortSignal: abortController.signal,
            }),
      );
    });
    const head = await this.head(ref);
    await this.announce(ref, 'put', [head], options.cause);
    return head;
  }

  async get(ref: ObjectRef, options: ReadOptions = {}): Promise<ReadObject> {
    const output = await this.send(ref, (bucket) =>
      this.client.send(
        new s3.GetObjectCommand({
          ...bucket,
          Key: ref.key,
          Range: rangeHeader(options.range),
          PartNumber: options.partNumber,
          IfMatch: options.ifMatch,
          IfNoneMatch: options.ifNoneMatch,
          IfModifiedSince: options.ifModifiedSince,
          IfUnmodifiedSince: options.ifUnmodifiedSince,
          ChecksumMode: 'ENABLED',
        }),
        { ...(options.signal && { abortSignal: options.signal }) },
      ),
    );
    const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(output.ContentRange ?? '') ?? [];
    return {
      head: translate.fromHead(ref.key, output),
      ...(first !== undefined && last !== undefined && { range: { first: Number(first), last: Number(last) } }),
      body: output.Body instanceof Readable ? output.Body : Readable.from([]),
    };
  }

  async head(ref: ObjectRef): Promise<ObjectHead> {
    const output = await this.send(ref, (bucket) =>
      this.client.send(new s3.HeadObjectCommand({ ...bucket, Key: ref.key, ChecksumMode: 'ENABLED' })),
    );
    return translate.fromHead(ref.key, output);
  }

  async copy(from: ObjectRef, to: ObjectRef, options: CopyOptions = {}): Promise<ObjectHead> {
    keyBytes(to.key);
    if (options.ifMatch !== undefined || options.ifNoneMatch !== undefined)
      throw invalidRequest('Conditions on the target of a copy are not supported by the object server');
    await this.send(from, (source) =>
      this.client.send(
        new s3.CopyObjectCommand({
          Bucket: this.serverName(to),
          Key: to.key,
          CopySource: translate.copySource(source.Bucket, from.key),
          ...(options.attributes && { MetadataDirective: 'REPLACE', ...translate.toAttributes(options.attributes) }),
          ...(options.tags && { TaggingDirective: 'REPLACE', Tagging: translate.toTagging(options.tags) }),
          ChecksumAlgorithm: options.checksumAlgorithm,
          CopySourceIfMatch: options.source?.ifMatch,
          CopySourceIfNoneMatch: options.source?.ifNoneMatch,
          CopySourceIfModifiedSince: options.source?.ifModifiedSince,
          CopySourceIfUnmodifiedSince: options.source?.ifUnmodifiedSince,
        }),
      ),
    );
    const head = await this.head(to);
    await this.announce(to, 'copy', [head], options.cause);
    return head;
  }

  async delete(ref: ObjectRef, { ifMatch, cause }: DeleteOptions = {}): Promise<void> {
    await this.send(ref, (bucket) =>
      this.client.send(new s3.DeleteObjectCommand({ ...bucket, Key: ref.key, IfMatch: ifMatch })),
    );
    await this.announce(ref, 'delete', [ref], cause);
  }

  async deleteMany(ref: BucketRef, keys: readonly string[], { cause }: Caused = {}): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_BATCH) {
      const Objects = keys.slice(at, at + DELETE_BATCH).map((Key) => ({ Key }));
      const { Errors = [] } = await this.send(ref, (bucket) =>
        this.client.send(new s3.DeleteObjectsCommand({ ...bucket, Delete: { Objects, Quiet: true } })),
      );
      const [first] = Errors;
      const left = new Set(Errors.map(({ Key }) => Key));
      const gone = Objects.filter(({ Key }) => !left.has(Key)).map(({ Key }) => ({ key: Key }));
      await this.announce(ref, 'delete', gone, cause);
      if (first)
        throw new Error(`the object server did not delete ${Errors.length} objects: ${first.Code}: ${first.Message}`);
    }
  }

  list(ref: BucketRef, options: ListOptions): Promise<ObjectList> {
    return this.send(ref, ({ Bucket }) => listObjects(this.client, Bucket, options));
  }

  async tags(ref: ObjectRef): Promise<Tags> {
    const { TagSet } = await this.send(ref, (bucket) =>
      this.client.send(new s3.GetObjectTaggingCommand({ ...bucket, Key: ref.key })),
    );
    return translate.fromTagSet(TagSet);
  }

  async setTags(ref: ObjectRef, tags: Tags, { cause }: Caused = {}): Promise<void> {
    const Tagging = { TagSet: translate.toTagSet(tags) };
    await this.send(ref, (bucket) =>
      this.client.send(new s3.PutObjectTaggingCommand({ ...bucket, Key: ref.key, Tagging })),
    );
    await this.announce(ref, Object.keys(tags).length > 0 ? 'tag' : 'untag', [ref], cause);
  }

  async createUpload(ref: ObjectRef, options: UploadOptions = {}): Promise<string> {
    const { UploadId = '' } = await this.send(ref, (bucket) =>
      this.client.send(
        new s3.CreateMultipartUploadCommand({
          ...bucket,
          Key: ref.key,
          ...translate.toAttributes(options.attributes),
          Tagging: options.tags && translate.toTagging(options.tags),
          ChecksumAlgorithm: options.checksumAlgorithm,
          ChecksumType: options.checksumType,
        }),
      ),
    );
    return UploadId;
  }

  async uploadPart(
    ref: UploadRef,
    partNumber: number,
    body: Readable | Uint8Array,
    expected: Expectations & { readonly signal?: AbortSignal } = {},
  ): Promise<PartHead> {
    const sizeBytes = expected.sizeBytes ?? (body instanceof Readable ? undefined : body.length);
    if (sizeBytes === undefined) throw invalidRequest('A part needs its length in advance');
    const output = await this.send(ref, (bucket) =>
      sendChecked(body, expected, (Body, { signal }) =>
        this.client.send(
          new s3.UploadPartCommand({
            ...bucket,
            Key: ref.key,
            UploadId: ref.uploadId,
            PartNumber: partNumber,
            Body,
            ContentLength: sizeBytes,
            ...translate.toChecksums(expected.checksums),
            ChecksumAlgorithm: expected.checksumAlgorithm,
          }),
          { abortSignal: signal },
        ),
      ),
    );
    const checksums = translate.fromChecksums(output);
    return { partNumber, sizeBytes, etag: translate.unquoted(output.ETag), lastModified: new Date(), checksums };
  }

  listParts(
    ref: UploadRef,
    options: { readonly afterPartNumber?: number; readonly maxParts: number },
  ): Promise<PartList> {
    return this.send(ref, ({ Bucket }) => listParts(this.client, Bucket, ref, options));
  }

  listUploads(ref: BucketRef, options: UploadListOptions): Promise<UploadList> {
    return this.send(ref, ({ Bucket }) => listUploads(this.client, Bucket, options));
  }

  async completeUpload(
    ref: UploadRef,
    parts: readonly CompletedPart[],
    options: CompleteOptions = {},
  ): Promise<ObjectHead> {
    const Parts = parts.map(({ partNumber, etag, checksums }) => ({
      PartNumber: partNumber,
      ETag: `"${translate.unquoted(etag)}"`,
      ...translate.toChecksums(checksums),
    }));
    await this.send(ref, (bucket) =>
      this.client.send(
        new s3.CompleteMultipartUploadCommand({
          ...bucket,
          Key: ref.key,
          UploadId: ref.uploadId,
          MultipartUpload: { Parts },
          ...translate.toChecksums(options.checksums),
          ChecksumType: options.checksumType,
          MpuObjectSize: options.sizeBytes,
          IfMatch: options.ifMatch,
          IfNoneMatch: options.ifNoneMatch,
        }),
      ),
    );
    const head = await this.head(ref);
    await this.announce(ref, 'complete-upload', [head], options.cause);
    return head;
  }

  async abortUpload(ref: UploadRef): Promise<void> {
    if (ref.uploadId === '') throw noSuchUpload('');
    await this.send(ref, (bucket) =>
      this.client.send(new s3.AbortMultipartUploadCommand({ ...bucket, Key: ref.key, UploadId: ref.uploadId })),
    );
  }

  close(): Promise<void> {
    this.client.destroy();
    return Promise.resolve();
  }

  /** Tells of changes before they are answered: whoever heard of a change knows that it was told. */
  private async announce(
    { account, bucket }: BucketRef,
    kind: ChangeKind,
    objects: readonly { readonly key: string; readonly etag?: string; readonly sizeBytes?: number }[],
    cause: ChangeCause | undefined,
  ): Promise<void> {
    await this.announcements.tell({ account, bucket, region: this.config.region }, kind, objects, cause);
  }

  private serverName({ account, bucket }: BucketRef): string {
    return `${this.config.bucketPrefix}${account}-${bucket}`;
  }

  private async send<T>(ref: BucketRef | ObjectRef, call: (bucket: { Bucket: string }) => Promise<T>): Promise<T> {
    const Bucket = this.serverName(ref);
    // Prefix and account take room from S3's 63 characters.
    if (isBucketName(ref.bucket) && !isBucketName(Bucket)) throw invalidBucketName(ref.bucket);
    try {
      return await call({ Bucket });
    } catch (error) {
      throw translate.translateError(error, ref);
    }
  }
}

function rangeHeader(range: ReadOptions['range']): string | undefined {
  if (!range) return undefined;
  return 'suffixBytes' in range ? `bytes=-${range.suffixBytes}` : `bytes=${range.first}-${range.last ?? ''}`;
}
