import type { ColumnType, Generated } from 'kysely';
import type { ChecksumAlgorithm } from '@lantern/aws-protocol';
import type { BucketNotifications } from '../object-changes.js';
import type { Checksums, ChecksumType, ObjectAttributes, Tags } from '../object-types.js';

/** Written as JSON text, read as a value. */
type Json<T> = ColumnType<T, string, string>;

/** A stretch of an object's bytes: one immutable file. Multipart objects have one per part. */
export interface Segment {
  readonly blob: string;
  readonly sizeBytes: number;
  /** Set on parts. */
  readonly partNumber?: number;
  readonly checksums?: Checksums;
}

export interface BucketTable {
  id: Generated<number>;
  account: string;
  name: string;
  region: string;
  tags: Json<Tags>;
  created_at: Generated<Date>;
}

/** Keys are UTF-8 bytes (bytea), so that the index has the order of lists and NUL is allowed. */
export interface ObjectTable {
  bucket_id: number;
  key: Buffer;
  etag: string;
  size_bytes: number;
  last_modified: Date;
  attributes: Json<ObjectAttributes>;
  tags: Json<Tags>;
  checksums: Json<Checksums>;
  checksum_type: ChecksumType | null;
  segments: Json<readonly Segment[]>;
  /** The multipart upload that made it, so that completing twice is harmless. */
  upload_id: string | null;
}

export interface UploadTable {
  id: string;
  bucket_id: number;
  key: Buffer;
  initiated_at: Date;
  attributes: Json<ObjectAttributes>;
  tags: Json<Tags>;
  checksum_algorithm: ChecksumAlgorithm | null;
  checksum_type: ChecksumType | null;
}

export interface PartTable {
  upload_id: string;
  part_number: number;
  blob: string;
  size_bytes: number;
  etag: string;
  last_modified: Date;
  checksums: Json<Checksums>;
}

/** What the migration `0320-s3-notifications` makes, for buckets of whatever store. */
export interface NotificationTable {
  account: string;
  bucket: string;
  configuration: Json<BucketNotifications>;
}

/** The object index: what the migration `0100-objects` makes. */
export interface ObjectTables {
  s3_buckets: BucketTable;
  s3_objects: ObjectTable;
  s3_uploads: UploadTable;
  s3_parts: PartTable;
  s3_notifications: NotificationTable;
}
