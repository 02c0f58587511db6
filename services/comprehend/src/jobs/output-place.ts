import type { S3Location } from '../documents/s3-location.js';

/** Names a job's folder in the output. */
export interface OutputFolder {
  /** What the customer gave as output. */
  readonly under: S3Location;
  readonly account: string;
  /** Word of the job's family in AWS's paths, e.g. `LANGUAGE`, `KP`, `NER`. */
  readonly family: string;
  readonly jobId: string;
}

/**
 * The folder of one job's output, with a slash at its end: `<output>/<account>-LANGUAGE-<job id>/`.
 * The form is that of the aws CLI's examples:
 * https://docs.aws.amazon.com/cli/latest/reference/comprehend/describe-dominant-language-detection-job.html (read 2026-11)
 */
export function outputFolder({ under, account, family, jobId }: OutputFolder): S3Location {
  const prefix = under.key === '' || under.key.endsWith('/') ? under.key : `${under.key}/`;
  return { bucket: under.bucket, key: `${prefix}${account}-${family}-${jobId}/` };
}

/** The archive in a job's folder. */
export const archiveIn = ({ bucket, key }: S3Location): S3Location => ({ bucket, key: `${key}output/output.tar.gz` });
