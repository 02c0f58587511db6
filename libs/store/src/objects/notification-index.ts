import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.js';
import type { BucketNotifications } from './object-changes.js';
import type { BucketRef } from './object-types.js';

/** The rows of notifications, for buckets of whatever store. */
export class NotificationIndex {
  constructor(private readonly database: Kysely<Tables>) {}

  async find({ account, bucket }: BucketRef): Promise<BucketNotifications | undefined> {
    const row = await this.database
      .selectFrom('s3_notifications')
      .select('configuration')
      .where((is) => is.and({ account, bucket }))
      .executeTakeFirst();
    return row?.configuration;
  }

  async set({ account, bucket }: BucketRef, notifications: BucketNotifications | undefined): Promise<void> {
    if (!notifications) return this.forget({ account, bucket });
    const configuration = JSON.stringify(notifications);
    await this.database
      .insertInto('s3_notifications')
      .values({ account, bucket, configuration })
      .onConflict((conflict) => conflict.columns(['account', 'bucket']).doUpdateSet({ configuration }))
      .execute();
  }

  /** Removes what was kept of a bucket that is gone, or begins anew. */
  async forget({ account, bucket }: BucketRef): Promise<void> {
    await this.database
      .deleteFrom('s3_notifications')
      .where((is) => is.and({ account, bucket }))
      .execute();
  }
}
