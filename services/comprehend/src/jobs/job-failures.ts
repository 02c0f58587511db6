import { ServiceError } from '@lantern/aws-protocol';
import { JobFailure } from '@lantern/jobs';
import { formatS3Uri, type S3Location } from '../documents/s3-location.js';

/**
 * AWS's words, shown in the aws CLI's example of ListKeyPhrasesDetectionJobs:
 * https://docs.aws.amazon.com/cli/latest/reference/comprehend/list-key-phrases-detection-jobs.html (read 2026-11)
 */
const NO_READ_ACCESS =
  'NO_READ_ACCESS_TO_INPUT: The provided data access role does not have proper access to the input data.';

/** AWS's words, in an answer recorded by https://github.com/aquasecurity/cloudsploit (outputResultEncryption, read 2026-11). */
const NO_WRITE_ACCESS =
  'NO_WRITE_ACCESS_TO_OUTPUT: The provided data access role does not have write access to the output S3 URI or it does not have access to the output S3 KMS Key.';

/** The store's refusals are the customer's to mend; anything else is ours, and the job is tried again. */
const isRefusal = (cause: unknown) => cause instanceof ServiceError && cause.fault === 'client';

/** @throws JobFailure where the store refused; else the cause itself */
export function rethrowAsReadFailure(cause: unknown): never {
  throw isRefusal(cause) ? new JobFailure(NO_READ_ACCESS) : cause;
}

/** @throws JobFailure where the store refused; else the cause itself */
export function rethrowAsWriteFailure(cause: unknown): never {
  throw isRefusal(cause) ? new JobFailure(NO_WRITE_ACCESS) : cause;
}

/** The words are ours: what AWS says about a prefix without a file is not published. */
export const noInput = (location: S3Location): JobFailure =>
  new JobFailure(`NO_INPUT_FILES: No file begins with ${formatS3Uri(location)}.`);
