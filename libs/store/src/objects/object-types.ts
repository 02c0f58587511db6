import type { Readable } from 'node:stream';
import type { ChecksumAlgorithm } from '@lantern/aws-protocol';

/** A bucket of an account. Two accounts may each have a bucket of the same name; neither sees the other's. */
export interface BucketRef {
  /** Twelve digits. */
  readonly account: string;
  readonly bucket: string;
}

/** An object: any Unicode key of 1 to 1024 UTF-8 bytes in a bucket. */
export interface ObjectRef extends BucketRef {
  readonly key: string;
}

export interface BucketHead {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
}

export type Tags = Readonly<Record<string, string>>;

/** Checksums in base64 by algorithm; those of a composite multipart object end in `-<number of parts>`. */
export type Checksums = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** What is kept with an object and given back with it, untouched. */
export interface ObjectAttributes {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  /** ISO 8601. */
  readonly expires?: string;
  readonly websiteRedirectLocation?: string;
  /** User metadata; names are lower case, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A part of a finished multipart object. */
export interface ObjectPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly checksums: Checksums;
}

/** What a list tells of an object. */
export interface ObjectSummary {
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes: MD5 in hex, or `<md5 of the parts' md5s>-<number of parts>`. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly checksumAlgorithms: readonly ChecksumAlgorithm[];
  readonly checksumType?: ChecksumType;
}

export interface ObjectHead extends ObjectSummary {
  readonly attributes: ObjectAttributes;
  readonly checksums: Checksums;
  readonly nTags: number;
  /** Set on objects made of parts, where the store knows them. */
  readonly parts?: readonly ObjectPart[];
}

/** A range as asked for: the first and last byte, or the last `suffixBytes`. */
export type ByteRange = { readonly first: number; readonly last?: number } | { readonly suffixBytes: number };

/** A range as answered, inclusive. */
export interface AnsweredRange {
  readonly first: number;
  readonly last: number;
}

export interface ReadObject {
  readonly head: ObjectHead;
  /** Set when a range was asked for. */
  readonly range?: AnsweredRange;
  readonly body: Readable;
}

/** Conditions of RFC 9110 under which an object is read. */
export interface ReadConditions {
  /** Entity tags, quoted or not, comma separated, or `*`. */
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: Date;
  readonly ifUnmodifiedSince?: Date;
}

/** Conditions under which an object is written; checked in the same step as the write. */
export interface WriteConditions {
  /** The entity tag that the object must have now. */
  readonly ifMatch?: string;
  /** `*`: the key must not exist. */
  readonly ifNoneMatch?: string;
}

export interface ReadOptions extends ReadConditions {
  readonly range?: ByteRange;
  /** Reads one part of a multipart object; 1 is the whole of any other. */
  readonly partNumber?: number;
  readonly signal?: AbortSignal;
}

/** What the caller says about the bytes it sends; anything that does not hold refuses the write. */
export interface Expectations {
  readonly sizeBytes?: number;
  /** Base64. */
  readonly contentMd5?: string;
  /** Values to verify and keep. */
  readonly checksums?: Checksums;
  /** An algorithm to compute and keep, where no value is known before the bytes. */
  readonly checksumAlgorithm?: ChecksumAlgorithm;
}

/** Who changes an object, told to those who are notified of changes. */
export interface ChangeCause {
  /** AWS's unique id of the principal. */
  readonly principalId: string;
  readonly requestId: string;
  /** The IP address of the caller; absent where the suite itself writes. */
  readonly sourceAddress?: string | undefined;
}

/** What may be said of any change. */
export interface Caused {
  /** @default the suite itself */
  readonly cause?: ChangeCause | undefined;
}

export interface WriteOptions extends WriteConditions, Expectations, Caused {
  readonly attributes?: ObjectAttributes;
  readonly tags?: Tags;
  readonly signal?: AbortSignal;
}

export interface CopyOptions extends WriteConditions, Caused {
  /** Conditions on the source. */
  readonly source?: ReadConditions;
  /** New attributes; absent: the source's. */
  readonly attributes?: ObjectAttributes;
  /** New tags; absent: the source's. */
  readonly tags?: Tags;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly signal?: AbortSignal;
}

export interface ListOptions {
  readonly prefix?: string;
  /** Keys that have it after the prefix are rolled up into one common prefix. */
  readonly delimiter?: string;
  /** Only keys and common prefixes after this, in UTF-8 byte order. */
  readonly startAfter?: string;
  /** Most keys and common prefixes together. */
  readonly maxKeys: number;
}

export interface ObjectList {
  readonly objects: readonly ObjectSummary[];
  readonly commonPrefixes: readonly string[];
  /** Pass as `startAfter` for the next page; absent on the last. */
  readonly nextStartAfter?: string;
}

/** Conditions on an object that is removed. */
export interface DeleteOptions extends Pick<WriteConditions, 'ifMatch'>, Caused {}

export interface UploadOptions {
  readonly attributes?: ObjectAttributes;
  readonly tags?: Tags;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
}

export interface UploadRef extends ObjectRef {
  readonly uploadId: string;
}

export interface UploadSummary {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAt: Date;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
}

export interface PartHead {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly checksums: Checksums;
}

export interface PartList {
  readonly upload: UploadSummary;
  readonly parts: readonly PartHead[];
  readonly nextAfterPartNumber?: number;
}

export interface UploadListOptions {
  readonly prefix?: string;
  readonly delimiter?: string;
  readonly after?: { readonly key: string; readonly uploadId?: string };
  readonly maxUploads: number;
}

export interface UploadList {
  readonly uploads: readonly UploadSummary[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts; absent on the last. A common prefix has no upload id. */
  readonly next?: { readonly key: string; readonly uploadId?: string };
}

/** A part as the caller lists it when completing an upload. */
export interface CompletedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksums?: Checksums;
}

export interface CompleteOptions extends WriteConditions, Caused {
  readonly sizeBytes?: number;
  readonly checksums?: Checksums;
  readonly checksumType?: ChecksumType;
}
