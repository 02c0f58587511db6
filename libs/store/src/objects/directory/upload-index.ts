import { randomBytes } from 'node:crypto';
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { noSuchUpload } from '../object-errors.js';
import { keyBytes } from '../object-names.js';
import type {
  ObjectRef,
  PartHead,
  UploadList,
  UploadListOptions,
  UploadOptions,
  UploadRef,
  UploadSummary,
} from '../object-types.js';
import { isForeignKeyViolation } from './bucket-index.js';
import { prefixBounds } from './object-list.js';
import type { Tables } from '../../database/tables.js';
import type { PartTable, UploadTable } from './tables.js';

export type UploadRow = Selectable<UploadTable>;
export type PartRow = Selectable<PartTable>;

/** The rows of unfinished multipart uploads and of their parts. */
export class UploadIndex {
  constructor(private readonly database: Kysely<Tables>) {}

  async create(bucketId: number, ref: ObjectRef, options: UploadOptions): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    await this.database
      .insertInto('s3_uploads')
      .values({
        id,
        bucket_id: bucketId,
        key: keyBytes(ref.key),
        initiated_at: new Date(),
        attributes: JSON.stringify(options.attributes ?? { metadata: {} }),
        tags: JSON.stringify(options.tags ?? {}),
        checksum_algorithm: options.checksumAlgorithm ?? null,
        checksum_type: options.checksumType ?? null,
      })
      .execute();
    return id;
  }

  /** Throws NoSuchUpload, also where the id belongs to another key. */
  async find(bucketId: number, { key, uploadId }: UploadRef, database = this.database): Promise<UploadRow> {
    const row = /^[\w-]{1,100}$/.test(uploadId)
      ? await database
          .selectFrom('s3_uploads')
          .selectAll()
          .where('id', '=', uploadId)
          .where('bucket_id', '=', bucketId)
          .where('key', '=', keyBytes(key))
          .executeTakeFirst()
      : undefined;
    if (!row) throw noSuchUpload(uploadId);
    return row;
  }

  /** As `find`, and keeps others from changing or ending the upload until the transaction ends. */
  async lock(transaction: Transaction<Tables>, bucketId: number, ref: UploadRef): Promise<UploadRow> {
    await transaction.selectFrom('s3_uploads').select('id').where('id', '=', ref.uploadId).forUpdate().execute();
    return this.find(bucketId, ref, transaction);
  }

  /** Writes or replaces a part. @returns the blob that was replaced */
  async putPart(part: Insertable<PartTable>): Promise<string | undefined> {
    try {
      return await this.database.transaction().execute(async (transaction) => {
        // Parts of one number may come twice at once: the upload's row is their queue.
        await transaction.selectFrom('s3_uploads').select('id').where('id', '=', part.upload_id).forUpdate().execute();
        const replaced = await transaction
          .selectFrom('s3_parts')
          .select('blob')
          .where('upload_id', '=', part.upload_id)
          .where('part_number', '=', part.part_number)
          .executeTakeFirst();
        const { upload_id: _upload, part_number: _number, ...changes } = part;
        await transaction
          .insertInto('s3_parts')
          .values(part)
          .onConflict((conflict) => conflict.columns(['upload_id', 'part_number']).doUpdateSet(changes))
          .execute();
        return replaced?.blob;
      });
    } catch (error) {
      if (isForeignKeyViolation(error)) throw noSuchUpload(part.upload_id);
      throw error;
    }
  }

  /** Parts in order. */
  parts(uploadId: string, after = 0, limit?: number, database = this.database): Promise<PartRow[]> {
    const query = database
      .selectFrom('s3_parts')
      .selectAll()
      .where('upload_id', '=', uploadId)
      .where('part_number', '>', after)
      .orderBy('part_number');
    return (limit === undefined ? query : query.limit(limit)).execute();
  }

  /** Removes an upload. @returns the blobs of its parts */
  async delete(bucketId: number, ref: UploadRef): Promise<string[]> {
    return this.database.transaction().execute(async (transaction) => {
      await this.lock(transaction, bucketId, ref);
      const parts = await this.parts(ref.uploadId, 0, undefined, transaction);
      await transaction.deleteFrom('s3_uploads').where('id', '=', ref.uploadId).execute();
      return parts.map(({ blob }) => blob);
    });
  }

  /** Unfinished uploads by key, then by id. They are few: all that match are read. */
  async list(
    bucketId: number,
    { prefix = '', delimiter = '', after, maxUploads }: UploadListOptions,
  ): Promise<UploadList> {
    const { from, end } = prefixBounds(prefix);
    let query = this.database
      .selectFrom('s3_uploads')
      .selectAll()
      .where('bucket_id', '=', bucketId)
      .where('key', '>=', from)
      .orderBy('key')
      .orderBy('id');
    if (end) query = query.where('key', '<', end);
    const rows = (await query.execute()).map(toUpload);
    return rollUpUploads(rows, { prefix, delimiter, maxUploads, ...(after && { after }) });
  }
}

function rollUpUploads(
  rows: readonly UploadSummary[],
  { prefix, delimiter, after, maxUploads }: UploadListOptions & { prefix: string; delimiter: string },
): UploadList {
  const uploads: UploadSummary[] = [];
  const commonPrefixes: string[] = [];
  let next: UploadList['next'];
  for (const row of rows) {
    const cut = delimiter === '' ? -1 : row.key.indexOf(delimiter, prefix.length);
    const commonPrefix = cut < 0 ? undefined : row.key.slice(0, cut + delimiter.length);
    if (commonPrefix !== undefined && commonPrefix === commonPrefixes.at(-1)) continue;
    if (after && !isAfter(row, commonPrefix, after)) continue;
    if (uploads.length + commonPrefixes.length === maxUploads)
      return { uploads, commonPrefixes, ...(next && { next }) };
    if (commonPrefix === undefined) uploads.push(row);
    else commonPrefixes.push(commonPrefix);
    next = commonPrefix === undefined ? { key: row.key, uploadId: row.uploadId } : { key: commonPrefix };
  }
  return { uploads, commonPrefixes };
}

/** A key marker without an upload id leaves out all uploads of that key. */
function isAfter(
  row: UploadSummary,
  commonPrefix: string | undefined,
  after: { key: string; uploadId?: string },
): boolean {
  const order = Buffer.compare(Buffer.from(commonPrefix ?? row.key, 'utf8'), Buffer.from(after.key, 'utf8'));
  if (order !== 0) return order > 0;
  return commonPrefix === undefined && after.uploadId !== undefined && row.uploadId > after.uploadId;
}

/** A row as the store's callers see it. */
export const toUpload = (row: UploadRow): UploadSummary => ({
  key: row.key.toString('utf8'),
  uploadId: row.id,
  initiatedAt: row.initiated_at,
  ...(row.checksum_algorithm && { checksumAlgorithm: row.checksum_algorithm }),
  ...(row.checksum_type && { checksumType: row.checksum_type }),
});

/** A row as the store's callers see it. */
export const toPart = (row: PartRow): PartHead => ({
  partNumber: row.part_number,
  sizeBytes: row.size_bytes,
  etag: row.etag,
  lastModified: row.last_modified,
  checksums: row.checksums,
});
