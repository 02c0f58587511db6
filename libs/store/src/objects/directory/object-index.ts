import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import type { ChecksumAlgorithm } from '@lantern/aws-protocol';
import { checkWrite } from '../conditions.js';
import { noSuchBucket, noSuchKey } from '../object-errors.js';
import { keyBytes } from '../object-names.js';
import type { ObjectHead, ObjectRef, Tags, WriteConditions } from '../object-types.js';
import { isForeignKeyViolation } from './bucket-index.js';
import type { Tables } from '../../database/tables.js';
import type { ObjectTable, Segment } from './tables.js';

export type ObjectRow = Selectable<ObjectTable>;

/** What a new row takes; the bucket and key come from elsewhere. */
export type NewObject = Omit<Insertable<ObjectTable>, 'bucket_id' | 'key'>;

/** What else happens in the transaction of a change, with the rows of these keys locked. */
export type Also = (transaction: Transaction<Tables>, keys: readonly string[]) => Promise<void>;

/** The rows of objects. A row is written only after the files that it names are durable. */
export class ObjectIndex {
  constructor(private readonly database: Kysely<Tables>) {}

  /** Throws NoSuchKey. */
  async find(bucketId: number, ref: ObjectRef): Promise<ObjectRow> {
    const row = await this.database
      .selectFrom('s3_objects')
      .selectAll()
      .where('bucket_id', '=', bucketId)
      .where('key', '=', keyBytes(ref.key))
      .executeTakeFirst();
    if (!row) throw noSuchKey(ref);
    return row;
  }

  /**
   * Writes or replaces an object in one step, under conditions.
   * @param also in the same transaction; without it, a new object takes a single statement
   * @returns the segments of the object that was replaced
   * @throws PreconditionFailed, NoSuchKey (If-Match without an object), NoSuchBucket (removed meanwhile)
   */
  async put(
    bucketId: number,
    ref: ObjectRef,
    object: NewObject,
    conditions: WriteConditions,
    also?: Also,
  ): Promise<readonly Segment[]> {
    try {
      if (!also && conditions.ifMatch === undefined && (await this.insert(this.database, bucketId, ref, object)))
        return [];
      return await this.database.transaction().execute(async (transaction) => {
        const replaced = await this.putIn(transaction, bucketId, ref, object, conditions);
        await also?.(transaction, [ref.key]);
        return replaced;
      });
    } catch (error) {
      if (isForeignKeyViolation(error)) throw noSuchBucket(ref);
      throw error;
    }
  }

  /** As `put`, as a step of a transaction. */
  async putIn(
    transaction: Transaction<Tables>,
    bucketId: number,
    ref: ObjectRef,
    object: NewObject,
    conditions: WriteConditions,
  ): Promise<readonly Segment[]> {
    const key = keyBytes(ref.key);
    for (;;) {
      const existing = await this.lock(transaction, bucketId, key);
      checkWrite(conditions, ref, existing);
      if (existing) {
        await transaction
          .updateTable('s3_objects')
          .set(object)
          .where('bucket_id', '=', bucketId)
          .where('key', '=', key)
          .execute();
        return existing.segments;
      }
      if (await this.insert(transaction, bucketId, ref, object)) return [];
      // Somebody else made the key between the two statements: look again.
    }
  }

  /** Removes an object. @returns its segments; none where there was no such key */
  async delete(
    bucketId: number,
    ref: ObjectRef,
    conditions: WriteConditions,
    also?: Also,
  ): Promise<readonly Segment[]> {
    if (conditions.ifMatch === undefined) return this.deleteMany(bucketId, [ref.key], also);
    const key = keyBytes(ref.key);
    return this.database.transaction().execute(async (transaction) => {
      const existing = await this.lock(transaction, bucketId, key);
      checkWrite(conditions, ref, existing);
      await transaction.deleteFrom('s3_objects').where('bucket_id', '=', bucketId).where('key', '=', key).execute();
      if (existing) await also?.(transaction, [ref.key]);
      return existing?.segments ?? [];
    });
  }

  /** Removes objects. @param also of those that were there */
  async deleteMany(bucketId: number, keys: readonly string[], also?: Also): Promise<readonly Segment[]> {
    if (keys.length === 0) return [];
    if (!also) return (await this.removeRows(this.database, bucketId, keys)).flatMap(({ segments }) => segments);
    return this.database.transaction().execute(async (transaction) => {
      const removed = await this.removeRows(transaction, bucketId, keys);
      if (removed.length > 0)
        await also(
          transaction,
          removed.map(({ key }) => key.toString('utf8')),
        );
      return removed.flatMap(({ segments }) => segments);
    });
  }

  async setTags(bucketId: number, ref: ObjectRef, tags: Tags, also?: Also): Promise<void> {
    const set = async (database: Kysely<Tables>) => {
      const { numUpdatedRows } = await database
        .updateTable('s3_objects')
        .set({ tags: JSON.stringify(tags) })
        .where('bucket_id', '=', bucketId)
        .where('key', '=', keyBytes(ref.key))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw noSuchKey(ref);
    };
    if (!also) return set(this.database);
    await this.database.transaction().execute(async (transaction) => {
      await set(transaction);
      await also(transaction, [ref.key]);
    });
  }

  private removeRows(database: Kysely<Tables>, bucketId: number, keys: readonly string[]) {
    return database
      .deleteFrom('s3_objects')
      .where('bucket_id', '=', bucketId)
      .where('key', 'in', keys.map(keyBytes))
      .returning(['key', 'segments'])
      .execute();
  }

  private lock(transaction: Transaction<Tables>, bucketId: number, key: Buffer) {
    return transaction
      .selectFrom('s3_objects')
      .select(['etag', 'segments'])
      .where('bucket_id', '=', bucketId)
      .where('key', '=', key)
      .forUpdate()
      .executeTakeFirst();
  }

  private async insert(
    database: Kysely<Tables>,
    bucketId: number,
    ref: ObjectRef,
    object: NewObject,
  ): Promise<boolean> {
    const made = await database
      .insertInto('s3_objects')
      .values({ ...object, bucket_id: bucketId, key: keyBytes(ref.key) })
      .onConflict((conflict) => conflict.columns(['bucket_id', 'key']).doNothing())
      .returning('bucket_id')
      .executeTakeFirst();
    return made !== undefined;
  }
}

/** A row as the store's callers see it. */
export function toHead(row: Omit<ObjectRow, 'bucket_id'>): ObjectHead {
  const parts = row.segments.flatMap(({ partNumber, sizeBytes, checksums = {} }) =>
    partNumber === undefined ? [] : [{ partNumber, sizeBytes, checksums }],
  );
  return {
    key: row.key.toString('utf8'),
    sizeBytes: row.size_bytes,
    etag: row.etag,
    lastModified: row.last_modified,
    checksums: row.checksums,
    // Keys of a Checksums object are algorithms by its type.
    checksumAlgorithms: Object.keys(row.checksums) as ChecksumAlgorithm[],
    ...(row.checksum_type && { checksumType: row.checksum_type }),
    attributes: row.attributes,
    nTags: Object.keys(row.tags).length,
    ...(parts.length > 0 && { parts }),
  };
}
