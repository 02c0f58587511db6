import type { Kysely } from 'kysely';
import { bucketAlreadyOwnedByYou, bucketNotEmpty, noSuchBucket } from '../object-errors.js';
import type { BucketNotifications } from '../object-changes.js';
import { isBucketName } from '../object-names.js';
import type { BucketHead, BucketRef, Tags } from '../object-types.js';
import type { Tables } from '../../database/tables.js';
import { NotificationIndex } from '../notification-index.js';

const FOREIGN_KEY_VIOLATION = '23503';

/** Whether the database refused because a row that is pointed to is missing, or is still pointed to. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION;

/** A bucket as the store's parts know it. */
export interface FoundBucket extends BucketHead {
  readonly id: number;
  readonly tags: Tags;
  /** Who is told of changes; undefined where nobody is. */
  readonly notifications: BucketNotifications | undefined;
}

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
  async find(ref: BucketRef): Promise<FoundBucket> {
    // A name that no bucket can have is not looked up: it may hold what the database refuses, such as NUL.
    const row = isBucketName(ref.bucket)
      ? await this.database
          .selectFrom('s3_buckets')
          .leftJoin('s3_notifications', (join) =>
            join
              .onRef('s3_notifications.account', '=', 's3_buckets.account')
              .onRef('s3_notifications.bucket', '=', 's3_buckets.name'),
          )
          .selectAll('s3_buckets')
          .select('s3_notifications.configuration as notifications')
          .where('s3_buckets.account', '=', ref.account)
          .where('s3_buckets.name', '=', ref.bucket)
          .executeTakeFirst()
      : undefined;
    if (!row) throw noSuchBucket(ref);
    const { id, name, region, created_at: createdAt, tags, notifications } = row;
    return { id, name, region, createdAt, tags, notifications: notifications ?? undefined };
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
      await this.database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('s3_buckets').where('id', '=', id).execute();
        await new NotificationIndex(transaction).forget(ref);
      });
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
