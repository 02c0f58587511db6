import type { Readable } from 'node:stream';
import { ServiceError } from '@lantern/aws-protocol';
import type { Kysely } from 'kysely';
import { entityTooSmall, invalidArgument, invalidRequest, noSuchBucket, noSuchUpload } from '../object-errors.js';
import {
  defaultChecksumType,
  MAX_PART_NUMBER,
  multipartChecksums,
  multipartEtag,
  pickParts,
  requireChecksumType,
} from '../multipart-rules.js';
import type {
  CompletedPart,
  CompleteOptions,
  Expectations,
  ObjectHead,
  ObjectRef,
  PartHead,
  PartList,
  UploadOptions,
  UploadRef,
} from '../object-types.js';
import type { BlobFiles } from './blob-files.js';
import type { Announcer } from './announcer.js';
import { isForeignKeyViolation, type BucketIndex } from './bucket-index.js';
import { toHead, type NewObject, type ObjectIndex } from './object-index.js';
import type { Tables } from '../../database/tables.js';

import { toPart, toUpload, type PartRow, type UploadIndex, type UploadRow } from './upload-index.js';

/** Multipart uploads of a directory store. Completing one moves no bytes: the object is made of the parts' files. */
export class Multipart {
  constructor(
    private readonly database: Kysely<Tables>,
    private readonly files: BlobFiles,
    private readonly buckets: BucketIndex,
    private readonly objects: ObjectIndex,
    private readonly uploads: UploadIndex,
    private readonly announcer: Announcer,
  ) {}

  async create(ref: ObjectRef, options: UploadOptions): Promise<string> {
    const { id } = await this.buckets.find(ref);
    const { checksumAlgorithm: algorithm, checksumType } = options;
    if (!algorithm) return this.uploads.create(id, ref, options);
    const type = checksumType ?? defaultChecksumType(algorithm);
    requireChecksumType(algorithm, type);
    return this.uploads.create(id, ref, { ...options, checksumType: type });
  }

  async uploadPart(
    ref: UploadRef,
    partNumber: number,
    body: Readable | Uint8Array,
    expectations: Expectations & { readonly signal?: AbortSignal },
  ): Promise<PartHead> {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PART_NUMBER)
      throw invalidArgument(
        `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
        'partNumber',
        String(partNumber),
      );
    const { id } = await this.buckets.find(ref);
    const upload = await this.uploads.find(id, ref);
    const algorithm = upload.checksum_algorithm ?? undefined;
    const written = await this.files.write(ref, body, {
      ...expectations,
      ...(algorithm && { checksumAlgorithm: algorithm }),
    });
    const part = {
      upload_id: ref.uploadId,
      part_number: partNumber,
      blob: written.blob,
      size_bytes: written.sizeBytes,
      etag: written.md5.toString('hex'),
      last_modified: new Date(),
      checksums: JSON.stringify(written.checksums),
    };
    try {
      const replaced = await this.uploads.putPart(part);
      if (replaced) await this.files.remove(ref, [replaced]);
    } catch (error) {
      // Only a refusal is certain; see DirectoryObjectStore.enter.
      if (error instanceof ServiceError) await this.files.remove(ref, [written.blob]);
      throw error;
    }
    return {
      partNumber,
      sizeBytes: written.sizeBytes,
      etag: part.etag,
      lastModified: part.last_modified,
      checksums: written.checksums,
    };
  }

  async listParts(
    ref: UploadRef,
    { afterPartNumber = 0, maxParts }: { afterPartNumber?: number; maxParts: number },
  ): Promise<PartList> {
    const { id } = await this.buckets.find(ref);
    const upload = toUpload(await this.uploads.find(id, ref));
    if (maxParts <= 0) return { upload, parts: [] };
    const rows = await this.uploads.parts(ref.uploadId, afterPartNumber, maxParts + 1);
    const parts = rows.slice(0, maxParts).map(toPart);
    const last = parts.at(-1);
    return { upload, parts, ...(rows.length > maxParts && last && { nextAfterPartNumber: last.partNumber }) };
  }

  async complete(ref: UploadRef, listed: readonly CompletedPart[], options: CompleteOptions): Promise<ObjectHead> {
    if (listed.length === 0) throw invalidRequest('You must specify at least one part');
    const bucket = await this.buckets.find(ref);
    const { id } = bucket;
    try {
      const { garbage, head } = await this.database.transaction().execute(async (transaction) => {
        const upload = await this.uploads.lock(transaction, id, ref);
        const rows = await this.uploads.parts(ref.uploadId, 0, undefined, transaction);
        const picked = pickParts(
          rows.map((row) => ({ ...toPart(row), blob: row.blob })),
          listed,
        );
        const object = assemble(upload, picked, options);
        const replaced = await this.objects.putIn(transaction, id, ref, object, options);
        await this.announcer.of(ref, bucket, 'complete-upload', options.cause, object)?.(transaction, [ref.key]);
        await transaction.deleteFrom('s3_uploads').where('id', '=', ref.uploadId).execute();
        const kept = new Set(picked.map(({ blob }) => blob));
        const unused = rows.filter(({ blob }: PartRow) => !kept.has(blob)).map(({ blob }) => blob);
        return {
          garbage: [...unused, ...replaced.map(({ blob }) => blob)],
          head: await this.readBack(transaction, id, ref),
        };
      });
      await this.files.remove(ref, garbage);
      return head;
    } catch (error) {
      if (isForeignKeyViolation(error)) throw noSuchBucket(ref);
      const finished = await this.alreadyCompleted(id, ref, error);
      if (finished) return finished;
      throw error;
    }
  }

  async abort(ref: UploadRef): Promise<void> {
    const { id } = await this.buckets.find(ref);
    await this.files.remove(ref, await this.uploads.delete(id, ref));
  }

  /** A client that lost the answer completes again: it gets the same answer, as long as the object is still that one. */
  private async alreadyCompleted(bucketId: number, ref: UploadRef, error: unknown): Promise<ObjectHead | undefined> {
    if (!(error instanceof Error) || error.name !== noSuchUpload('').code) return undefined;
    const row = await this.objects.find(bucketId, ref).catch(() => undefined);
    return row?.upload_id === ref.uploadId ? toHead(row) : undefined;
  }

  private async readBack(transaction: Kysely<Tables>, bucketId: number, ref: ObjectRef): Promise<ObjectHead> {
    const row = await transaction
      .selectFrom('s3_objects')
      .selectAll()
      .where('bucket_id', '=', bucketId)
      .where('key', '=', Buffer.from(ref.key, 'utf8'))
      .executeTakeFirstOrThrow();
    return toHead(row);
  }
}

function assemble(
  upload: UploadRow,
  picked: readonly (PartHead & { blob: string })[],
  options: CompleteOptions,
): NewObject {
  const sizeBytes = picked.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (options.sizeBytes !== undefined && options.sizeBytes !== sizeBytes)
    throw entityTooSmallOrLarge(options.sizeBytes, sizeBytes);
  const { checksum_algorithm: algorithm, checksum_type: type } = upload;
  if (options.checksumType && type && options.checksumType !== type)
    throw invalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  const checksums = algorithm && type ? multipartChecksums(algorithm, type, picked) : {};
  for (const [name, claimed] of Object.entries(options.checksums ?? {})) {
    const value = Object.entries(checksums).find(([key]) => key === name)?.[1];
    if (value !== undefined && bareDigest(value) !== bareDigest(claimed))
      throw invalidRequest(`The ${name} you specified did not match what we received.`);
  }
  return {
    etag: multipartEtag(picked),
    size_bytes: sizeBytes,
    last_modified: new Date(),
    attributes: JSON.stringify(upload.attributes),
    tags: JSON.stringify(upload.tags),
    checksums: JSON.stringify(checksums),
    checksum_type: algorithm ? type : null,
    segments: JSON.stringify(
      picked.map(({ blob, sizeBytes: size, partNumber, checksums: own }) => ({
        blob,
        sizeBytes: size,
        partNumber,
        checksums: own,
      })),
    ),
    upload_id: upload.id,
  };
}

/** Clients write a composite checksum with or without its `-<number of parts>`. */
const bareDigest = (value: string) => value.replace(/-\d+$/, '');

const entityTooSmallOrLarge = (announced: number, actual: number) =>
  actual < announced
    ? entityTooSmall(actual, announced, 0)
    : invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${actual}`,
      );
