import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.js';
import { NotificationIndex } from '../notification-index.js';
import { nobodyTells, type ChangeKind, type ObjectChangeListener } from '../object-changes.js';
import type { BucketRef, ChangeCause } from '../object-types.js';

/** Tells of changes of objects that lie on another server. */
export class Announcements {
  readonly index: NotificationIndex;
  /** Set once the process is wired. */
  listener: ObjectChangeListener | undefined;

  constructor(private readonly database: Kysely<Tables>) {
    this.index = new NotificationIndex(database);
  }

  async tell(
    bucket: BucketRef & { readonly region: string },
    kind: ChangeKind,
    objects: readonly { readonly key: string; readonly etag?: string; readonly sizeBytes?: number }[],
    cause: ChangeCause | undefined,
  ): Promise<void> {
    if (objects.length === 0) return;
    const notifications = await this.index.find(bucket);
    if (!notifications) return;
    const { listener } = this;
    if (!listener) throw nobodyTells();
    const at = new Date();
    const changes = objects.map(({ key, etag, sizeBytes }) => ({
      kind,
      key,
      at,
      ...(etag !== undefined && { etag }),
      ...(sizeBytes !== undefined && { sizeBytes }),
    }));
    await this.database
      .transaction()
      .execute((transaction) => listener.changed(transaction, { bucket, notifications, changes, cause }));
  }
}
