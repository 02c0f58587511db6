import type { Kysely } from 'kysely';
import { bucketAlreadyOwnedByYou, bucketNotEmpty, noSuchBucket } from '../object-errors.js';
import { isBucketName } from '../object-names.js';
import type { BucketHead, BucketRef, Tags } from '../object-types.js';
import type { Tables } from '../../database/tables.js';

const FOREIGN_KEY_VIOLATION = '23503';

/** Whether the database refused because a row that is pointed to is missing, or is still pointed to. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION;

/** The rows of buckets. */
export class BucketIndex {
  constructor(private readonly database: Kysely<Tables>) {}

  async create({ account, bucket }: BucketRef, region: string): Promise<void> {
    const made = await this.database
      .insertInto('s3_buckets')
      .values({ account, name: bucket, region, tags: '{}' })
      .onConflict((conflict) => conflict.columns(['account', 'name']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) throw bucketAlreadyOwnedByYou({ account, bucket });
  }

  /** The bucket's id and head. Throws NoSuchBucket. */
  async find(ref: BucketRef): Promise<BucketHead & { readonly id: number; readonly tags: Tags }> {
    // A name that no bucket can have is not looked up: it may hold what the database refuses, such as NUL.
    const row = isBucketName(ref.bucket)
      ? await this.database
          .selectFrom('s3_buckets')
          .selectAll()
          .where('account', '=', ref.account)
          .where('name', '=', ref.bucket)
          .executeTakeFirst()
      : undefined;
    if (!row) throw noSuchBucket(ref);
    return { id: row.id, name: row.name, region: row.region, createdAt: row.created_at, tags: row.tags };
  }

  async list(account: string): Promise<BucketHead[]> {
    const rows = await this.database
      .selectFrom('s3_buckets')
      .select(['name', 'region', 'created_at'])
      .where('account', '=', account)
      .orderBy('name')
      .execute();
    return rows.map(({ name, region, created_at }) => ({ name, region, createdAt: created_at }));
  }

  /** Removes the row and, with it, the bucket's uploads; the foreign key of objects keeps a bucket that has any. */
  async delete(ref: BucketRef): Promise<void> {
    const { id } = await this.find(ref);
    try {
      await this.database.deleteFrom('s3_buckets').where('id', '=', id).execute();
    } catch (error) {
      if (isForeignKeyViolation(error)) throw bucketNotEmpty(ref);
      throw error;
    }
  }

  async setTags(ref: BucketRef, tags: Tags): Promise<void> {
    const { id } = await this.find(ref);
    await this.database
      .updateTable('s3_buckets')
      .set({ tags: JSON.stringify(tags) })
      .where('id', '=', id)
      .execute();
  }
}
