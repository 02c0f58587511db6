import type { JobFilter, JobOperationErrors, JobPageRequest } from '@lantern/jobs';
import {
  InvalidFilterException,
  InvalidRequestException,
  JobNotFoundException,
  ResourceInUseException,
  type DominantLanguageDetectionJobFilter,
  type DominantLanguageDetectionJobProperties,
  type StartDominantLanguageDetectionJobRequest,
} from '../api/index.js';
import {
  jobArn,
  outputUriOf,
  type AnalysisFamily,
  type AnalysisRecord,
  type AnalysisRequest,
} from './analysis-family.js';
import { fromJobStatus, toJobStatus } from './job-status.js';
import { readTags } from './job-tags.js';
import { checkAnalysisRequest } from './request-checks.js';

/*
 * What the operations of all families say alike. A family adds its own members and names; see
 * operations/dominant-language-detection-jobs.ts for one that has none of its own.
 */

/** The members that the starts of all families have. */
type StartRequest = StartDominantLanguageDetectionJobRequest;
/** The members that the properties of all families' jobs have. */
type Properties = DominantLanguageDetectionJobProperties;
/** The filters of all families. */
type Filter = DominantLanguageDetectionJobFilter;

/** https://docs.aws.amazon.com/comprehend/latest/APIReference/API_ListDominantLanguageDetectionJobs.html (read 2026-11) */
const DEFAULT_PAGE = 100;

/**
 * The job that a request asks for.
 * @throws what `checkAnalysisRequest` and `readTags` throw
 */
export function newAnalysis(request: StartRequest) {
  checkAnalysisRequest(request);
  const { InputDataConfig, OutputDataConfig, DataAccessRoleArn, VpcConfig } = request;
  const kept: AnalysisRequest = { InputDataConfig, OutputDataConfig, DataAccessRoleArn, VpcConfig };
  return {
    name: request.JobName,
    clientToken: request.ClientRequestToken,
    request: kept,
    tags: readTags(request.Tags),
  };
}

/** What Describe and List tell of a job, but for the members of its family. */
export function analysisProperties(family: AnalysisFamily, record: AnalysisRecord): Properties {
  const { request, failure } = record;
  return {
    JobId: record.id,
    JobArn: jobArn(family, record),
    JobName: record.name,
    JobStatus: toJobStatus(record.status),
    Message: failure,
    SubmitTime: record.submittedAt,
    EndTime: record.endedAt,
    InputDataConfig: request.InputDataConfig,
    OutputDataConfig: { S3Uri: outputUriOf(family, record) },
    DataAccessRoleArn: request.DataAccessRoleArn,
    VpcConfig: request.VpcConfig,
  };
}

/** The parts of a family's mapping that are the same for all. */
export function analysisMapping(family: AnalysisFamily) {
  return {
    started: (record: AnalysisRecord) => ({
      JobId: record.id,
      JobArn: jobArn(family, record),
      JobStatus: toJobStatus(record.status),
    }),
    idOf: ({ JobId }: { readonly JobId: string }): string => JobId,
    stopped: ({ id, status }: AnalysisRecord) => ({ JobId: id, JobStatus: toJobStatus(status) }),
    filter: ({ Filter = {} }: { readonly Filter?: Filter | undefined }) => readFilter(Filter),
    page: ({ MaxResults = DEFAULT_PAGE, NextToken }: PageRequest): JobPageRequest => ({
      size: MaxResults,
      token: NextToken,
    }),
    errors,
  };
}

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * "You can only set one filter at a time":
 * https://docs.aws.amazon.com/comprehend/latest/APIReference/API_DominantLanguageDetectionJobFilter.html (read 2026-11)
 * @throws InvalidFilterException
 */
function readFilter({
  JobName,
  JobStatus,
  SubmitTimeBefore,
  SubmitTimeAfter,
}: Filter): Omit<JobFilter, 'account' | 'region'> {
  const nGiven = [JobName, JobStatus, SubmitTimeBefore, SubmitTimeAfter].filter((value) => value !== undefined).length;
  if (nGiven > 1) {
    throw new InvalidFilterException(
      'The filter specified for the operation is invalid. Specify a different filter: only one can be set at a time.',
    );
  }
  return {
    name: JobName,
    states: JobStatus === undefined ? undefined : [fromJobStatus(JobStatus)],
    submittedBefore: SubmitTimeBefore,
    submittedAfter: SubmitTimeAfter,
    // As the filter's page says; all other lists begin with the newest.
    oldestFirst: SubmitTimeBefore !== undefined,
  };
}

/** Sentences with which the API describes its errors, where it has them; the others are ours. */
const errors: JobOperationErrors = {
  notFound: () => new JobNotFoundException('The specified job was not found. Check the job ID and try again.'),
  tokenConflict: () =>
    new ResourceInUseException('The ClientRequestToken is in use by a job that was started with another request.'),
  invalidPageToken: () => new InvalidRequestException('The NextToken is not one that this list has given out.'),
  alreadyEnded: (status) =>
    new InvalidRequestException(`The job is ${toJobStatus(status)}: it has ended and cannot be stopped.`),
};
