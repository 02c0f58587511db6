import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type ChecksumAlgorithm as ServerAlgorithm,
  type ChecksumType,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ChecksumAlgorithms, type ChecksumAlgorithm } from '@lantern/aws-protocol';
import type { ListOptions, ObjectList, PartList, UploadList, UploadListOptions, UploadRef } from '../object-types.js';
import { decodeKey, fromChecksums, unquoted } from './translation.js';

/** Sorts behind every character that follows it in a key, so that a list skips what a common prefix stands for. */
const LAST_CHARACTER = '\u{10FFFF}';

export async function listObjects(
  client: S3Client,
  bucket: string,
  { prefix = '', delimiter, startAfter, maxKeys }: ListOptions,
): Promise<ObjectList> {
  if (maxKeys <= 0) return { objects: [], commonPrefixes: [] };
  const isCommonPrefix =
    delimiter && startAfter?.startsWith(prefix) && startAfter.slice(prefix.length).endsWith(delimiter);
  const output = await client.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      Delimiter: delimiter,
      StartAfter: isCommonPrefix ? startAfter + LAST_CHARACTER : startAfter,
      MaxKeys: maxKeys,
      EncodingType: 'url',
    }),
  );
  const objects = (output.Contents ?? []).map((object) => ({
    key: decodeKey(object.Key),
    sizeBytes: object.Size ?? 0,
    etag: unquoted(object.ETag),
    lastModified: object.LastModified ?? new Date(0),
    checksumAlgorithms: ChecksumAlgorithms.filter((algorithm) => object.ChecksumAlgorithm?.includes(algorithm)),
    ...(object.ChecksumType && { checksumType: object.ChecksumType }),
  }));
  const commonPrefixes = (output.CommonPrefixes ?? []).map(({ Prefix }) => decodeKey(Prefix));
  const ends = [objects.at(-1)?.key, commonPrefixes.at(-1)].filter((end) => end !== undefined);
  const last = ends.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).at(-1);
  return { objects, commonPrefixes, ...(output.IsTruncated && last !== undefined && { nextStartAfter: last }) };
}

export async function listParts(
  client: S3Client,
  bucket: string,
  { key, uploadId }: UploadRef,
  { afterPartNumber, maxParts }: { readonly afterPartNumber?: number; readonly maxParts: number },
): Promise<PartList> {
  const output = await client.send(
    new ListPartsCommand({
      Bucket: bucket,
      Key: key,
      UploadId: uploadId,
      MaxParts: maxParts,
      PartNumberMarker: afterPartNumber === undefined ? undefined : String(afterPartNumber),
    }),
  );
  const parts = (output.Parts ?? []).map((part) => ({
    partNumber: part.PartNumber ?? 0,
    sizeBytes: part.Size ?? 0,
    etag: unquoted(part.ETag),
    lastModified: part.LastModified ?? new Date(0),
    checksums: fromChecksums(part),
  }));
  const last = parts.at(-1);
  return {
    // The server does not say when the upload began.
    upload: { key, uploadId, initiatedAt: new Date(0), ...checksumKind(output) },
    parts,
    ...(output.IsTruncated && last && { nextAfterPartNumber: last.partNumber }),
  };
}

export async function listUploads(
  client: S3Client,
  bucket: string,
  { prefix, delimiter, after, maxUploads }: UploadListOptions,
): Promise<UploadList> {
  const output = await client.send(
    new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: prefix,
      Delimiter: delimiter,
      KeyMarker: after?.key,
      UploadIdMarker: after?.uploadId,
      MaxUploads: maxUploads,
      EncodingType: 'url',
    }),
  );
  const uploads = (output.Uploads ?? []).map((upload) => ({
    key: decodeKey(upload.Key),
    uploadId: upload.UploadId ?? '',
    initiatedAt: upload.Initiated ?? new Date(0),
    ...checksumKind(upload),
  }));
  const commonPrefixes = (output.CommonPrefixes ?? []).map(({ Prefix }) => decodeKey(Prefix));
  const next = {
    key: decodeKey(output.NextKeyMarker),
    ...(output.NextUploadIdMarker && { uploadId: output.NextUploadIdMarker }),
  };
  return { uploads, commonPrefixes, ...(output.IsTruncated && { next }) };
}

function checksumKind(from: {
  ChecksumAlgorithm?: ServerAlgorithm | undefined;
  ChecksumType?: ChecksumType | undefined;
}): { checksumAlgorithm?: ChecksumAlgorithm; checksumType?: ChecksumType } {
  const algorithm = ChecksumAlgorithms.find((known) => known === from.ChecksumAlgorithm);
  return {
    ...(algorithm && { checksumAlgorithm: algorithm }),
    ...(from.ChecksumType && { checksumType: from.ChecksumType }),
  };
}
