import { ServiceError } from '@lantern/aws-protocol';

/** Members that ask for something this store does not do, and whether a value asks for it. */
const unsupported: Readonly<Record<string, (value: unknown) => boolean>> = {
  ACL: (value) => value !== 'private' && value !== 'bucket-owner-full-control',
  GrantFullControl: isGiven,
  GrantRead: isGiven,
  GrantReadACP: isGiven,
  GrantWrite: isGiven,
  GrantWriteACP: isGiven,
  ServerSideEncryption: isGiven,
  SSECustomerAlgorithm: isGiven,
  SSECustomerKey: isGiven,
  SSEKMSKeyId: isGiven,
  SSEKMSEncryptionContext: isGiven,
  BucketKeyEnabled: (value) => value === true,
  CopySourceSSECustomerAlgorithm: isGiven,
  CopySourceSSECustomerKey: isGiven,
  ObjectLockMode: isGiven,
  ObjectLockRetainUntilDate: isGiven,
  ObjectLockLegalHoldStatus: isGiven,
  ObjectLockEnabledForBucket: (value) => value === true,
  ObjectOwnership: (value) => value !== 'BucketOwnerEnforced',
  StorageClass: (value) => value !== 'STANDARD',
  WriteOffsetBytes: isGiven,
  MFA: isGiven,
  BypassGovernanceRetention: (value) => value === true,
  IfMatchLastModifiedTime: isGiven,
  IfMatchSize: isGiven,
  IfMatchInitiatedTime: isGiven,
};

function isGiven(): boolean {
  return true;
}

/**
 * Refuses what would otherwise be dropped in silence.
 * @param account whose buckets are meant; an expected owner must be it
 * @throws NotImplemented, AccessDenied, NoSuchVersion
 */
export function refuseUnsupported(input: object, account: string): void {
  for (const [name, value] of Object.entries(input) as [string, unknown][]) {
    if (value === undefined) continue;
    if (unsupported[name]?.(value))
      throw new ServiceError(
        'NotImplemented',
        `A parameter you provided implies functionality that is not implemented: ${name}`,
        501,
      );
    if ((name === 'ExpectedBucketOwner' || name === 'ExpectedSourceBucketOwner') && value !== account)
      throw new ServiceError('AccessDenied', 'Access Denied', 403);
    if (name === 'VersionId' && typeof value === 'string') requireNullVersion(value);
  }
}

/** Objects have one version, named `null` as on a bucket that never had versioning. */
export function requireNullVersion(versionId: string): void {
  if (versionId !== 'null')
    throw new ServiceError('NoSuchVersion', 'The specified version does not exist.', 404, { VersionId: versionId });
}
