import { formatArn } from '@lantern/aws-protocol';
import type { JobDefinition, JobRecord } from '@lantern/jobs';
import type { InputDataConfig, OutputDataConfig, VpcConfig } from '../api/index.js';
import { formatS3Uri, parseS3Uri, type S3Location } from '../documents/s3-location.js';
import { archiveIn, outputFolder } from './output-place.js';

/** What a job that analyses documents keeps of the request that started it, in AWS's terms: Describe gives it back. */
export interface AnalysisRequest {
  readonly InputDataConfig: InputDataConfig;
  readonly OutputDataConfig: OutputDataConfig;
  readonly DataAccessRoleArn: string;
  readonly VpcConfig?: VpcConfig | undefined;
}

/** How a job went. */
export interface AnalysisOutcome {
  /** Documents with an answer in the output. */
  readonly nAnswered: number;
  /** Documents with an error in the output. */
  readonly nErrors: number;
  /** Digest of the model that answered. */
  readonly model: string;
}

export type AnalysisRecord<Request extends AnalysisRequest = AnalysisRequest> = JobRecord<Request, AnalysisOutcome>;

/** What tells one family of `Start…Job` operations from the others. */
export interface AnalysisFamily<Request extends AnalysisRequest = AnalysisRequest> {
  readonly job: JobDefinition<Request, AnalysisOutcome>;
  /** The family's word in the paths of outputs, e.g. `LANGUAGE`. */
  readonly pathWord: string;
  /** The family's word in ARNs, e.g. `dominant-language-detection-job`. */
  readonly arnWord: string;
  /** Longest document, in UTF-8. */
  readonly maxDocumentBytes: number;
}

/** ARN of a job. */
export const jobArn = (
  { arnWord }: Pick<AnalysisFamily, 'arnWord'>,
  record: Pick<JobRecord, 'account' | 'region' | 'id'>,
) =>
  formatArn({
    service: 'comprehend',
    region: record.region,
    account: record.account,
    resource: `${arnWord}/${record.id}`,
  });

/** The folder of a job's output, with a slash at its end. */
export function outputFolderOf(
  { pathWord }: Pick<AnalysisFamily, 'pathWord'>,
  { account, id, request }: Pick<AnalysisRecord, 'account' | 'id' | 'request'>,
): S3Location {
  const under = parseS3Uri(request.OutputDataConfig.S3Uri);
  return outputFolder({ under, account, family: pathWord, jobId: id });
}

/** The URI of a job's archive, as Describe and List tell it in every state. */
export const outputUriOf = (
  family: Pick<AnalysisFamily, 'pathWord'>,
  record: Pick<AnalysisRecord, 'account' | 'id' | 'request'>,
): string => formatS3Uri(archiveIn(outputFolderOf(family, record)));
