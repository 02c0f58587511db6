export { Database, openDatabase, SCHEMA, type DatabaseConfig } from './database/database.js';
export { PreparingClient } from './database/prepared-statements.js';
export type { Tables } from './database/tables.js';
export { firstStart, type FirstCredentials } from './identity/first-start.js';
export {
  DEFAULT_USER,
  IdentityStore,
  openIdentityStore,
  type Account,
  type IdentityConfig,
  type IssuedAccessKey,
  type IssuedSession,
  type KeyDescription,
  type SessionRequest,
} from './identity/identity-store.js';
export { uniqueId } from './identity/names.js';
export { ObjectStore } from './objects/object-store.js';
export type {
  BucketChange,
  BucketNotifications,
  ChangeKind,
  NotificationTarget,
  ObjectChange,
  ObjectChangeListener,
} from './objects/object-changes.js';
export { DirectoryObjectStore, type DirectoryObjectStoreConfig } from './objects/directory/directory-object-store.js';
export { parseRange } from './objects/ranges.js';
export type {
  AnsweredRange,
  BucketHead,
  BucketRef,
  ByteRange,
  Caused,
  ChangeCause,
  Checksums,
  ChecksumType,
  CompletedPart,
  CompleteOptions,
  CopyOptions,
  DeleteOptions,
  Expectations,
  ListOptions,
  ObjectAttributes,
  ObjectHead,
  ObjectList,
  ObjectPart,
  ObjectRef,
  ObjectSummary,
  PartHead,
  PartList,
  ReadConditions,
  ReadObject,
  ReadOptions,
  Tags,
  UploadList,
  UploadListOptions,
  UploadOptions,
  UploadRef,
  UploadSummary,
  WriteConditions,
  WriteOptions,
} from './objects/object-types.js';
export { blockSize, RateLimiter, type RateLimit, type RateLimiterConfig, type Taken } from './limits/rate-limiter.js';
export {
  InvalidPageTokenError,
  RecordConflictError,
  RecordExistsError,
  RecordStore,
  type ListRequest,
  type RecordKey,
  type Scope,
  type StoredRecord,
} from './records/record-store.js';
export { openSecretStore, SecretStore } from './secrets/secret-store.js';
