import { ServiceError } from '@lantern/aws-protocol';
import type { ObjectRef, ReadConditions } from '@lantern/store';
import { requireNullVersion } from './refusals.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const MAX_COPY_BYTES = 5 * 1024 ** 3;

const invalidSource = (message: string, value: string) =>
  new ServiceError('InvalidArgument', message, 400, { ArgumentName: 'x-amz-copy-source', ArgumentValue: value });

/** Reads `x-amz-copy-source`: `bucket/key` or `/bucket/key`, percent-encoded, with an optional version. */
export function readCopySource(header: string, account: string): ObjectRef {
  const question = header.indexOf('?versionId=');
  const path = (question < 0 ? header : header.slice(0, question)).replace(/^\//, '');
  if (question >= 0) requireNullVersion(header.slice(question + '?versionId='.length));
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).replace(/^\//, '');
  } catch {
    throw invalidSource('Invalid copy source encoding.', header);
  }
  const slash = decoded.indexOf('/');
  if (slash <= 0 || slash === decoded.length - 1) throw invalidSource('Invalid copy source object key', header);
  return { account, bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}

interface SourceConditionMembers {
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

/** The conditions on a copy's source. */
export const readSourceConditions = (input: SourceConditionMembers): ReadConditions => ({
  ...(input.CopySourceIfMatch !== undefined && { ifMatch: input.CopySourceIfMatch }),
  ...(input.CopySourceIfNoneMatch !== undefined && { ifNoneMatch: input.CopySourceIfNoneMatch }),
  ...(input.CopySourceIfModifiedSince && { ifModifiedSince: input.CopySourceIfModifiedSince }),
  ...(input.CopySourceIfUnmodifiedSince && { ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince }),
});
