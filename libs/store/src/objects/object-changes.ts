import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.js';
import type { BucketRef, ChangeCause } from './object-types.js';

/** A topic or queue that is told of some changes in a bucket. */
export interface NotificationTarget {
  readonly id: string;
  readonly kind: 'topic' | 'queue';
  readonly arn: string;
  /** As S3 names them, e.g. `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Only keys that end so. */
  readonly suffix?: string;
}

/** Who is told of changes in a bucket. */
export interface BucketNotifications {
  readonly targets: readonly NotificationTarget[];
  /** Whether every change is an event for rules, too. */
  readonly isOnEventBridge: boolean;
}

export type ChangeKind = 'put' | 'copy' | 'complete-upload' | 'delete' | 'tag' | 'untag';

/** A change of one object. */
export interface ObjectChange {
  readonly kind: ChangeKind;
  readonly key: string;
  readonly at: Date;
  /** Absent where the object is gone, or is unknown to the store. */
  readonly etag?: string;
  readonly sizeBytes?: number;
}

/** Changes of objects of one bucket, made together. */
export interface BucketChange {
  readonly bucket: BucketRef & { readonly region: string };
  readonly notifications: BucketNotifications;
  readonly changes: readonly ObjectChange[];
  /** Absent: the suite itself. */
  readonly cause?: ChangeCause | undefined;
}

/** Tells of changes in buckets that have notifications. */
export interface ObjectChangeListener {
  /**
   * Called in the transaction that changes the index, where the store has one, with the changed rows locked: what it
   * writes stands if and only if the change does, and in the order of the changes of a key. With another server's
   * objects it is called in a transaction of its own, after the change and before that is answered.
   */
  changed(transaction: Transaction<Tables>, change: BucketChange): Promise<void>;
}

/** Nobody was set to tell of changes: refused, because a change that should be told of would be lost. */
export const nobodyTells = (): Error => new Error('The bucket has notifications, and this process has nobody to tell');
