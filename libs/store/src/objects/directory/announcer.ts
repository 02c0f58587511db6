import { nobodyTells, type ChangeKind, type ObjectChangeListener } from '../object-changes.js';
import type { BucketRef, ChangeCause } from '../object-types.js';
import type { FoundBucket } from './bucket-index.js';
import type { Also, NewObject } from './object-index.js';

/** Tells of changes in the transactions that make them. */
export class Announcer {
  /** Set once the process is wired. */
  listener: ObjectChangeListener | undefined;

  /**
   * What has to happen with a change; undefined where nobody is told of changes in the bucket.
   * @param object as it will be; absent where it goes
   */
  of(
    { account, bucket: name }: BucketRef,
    { region, notifications }: FoundBucket,
    kind: ChangeKind,
    cause: ChangeCause | undefined,
    object?: Pick<NewObject, 'etag' | 'size_bytes'>,
  ): Also | undefined {
    if (!notifications) return undefined;
    const bucket = { account, bucket: name, region };
    return async (transaction, keys) => {
      if (!this.listener) throw nobodyTells();
      const at = new Date();
      const written = object && { etag: object.etag, sizeBytes: object.size_bytes };
      const changes = keys.map((key) => ({ kind, key, at, ...written }));
      await this.listener.changed(transaction, { bucket, notifications, changes, cause });
    };
  }
}
