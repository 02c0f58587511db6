import type { Call, InputOf, OutputOf, ServiceError } from '@lantern/aws-protocol';
import type { JobFilter, JobPageRequest } from '../records/job-list.js';
import type { JobRecord } from '../records/job-record.js';
import type { JobStatus } from '../records/job-states.js';
import type { JobScope, JobStart } from '../records/job-store.js';

/** The schemas of a family's operations: `(typeof Api.operations)['StartSomethingJob']`, and likewise the others. */
export interface JobFamilyOperations {
  readonly Start: unknown;
  readonly Describe: unknown;
  readonly List: unknown;
  readonly Stop: unknown;
}

/** The family's modelled errors for what the store refuses. */
export interface JobOperationErrors {
  /** There is no such job in the caller's account and region. */
  notFound(this: void, id: string): ServiceError;
  /** The page token is not one of this list. */
  invalidPageToken(this: void): ServiceError;
  /** The client token stands for another request. */
  tokenConflict(this: void): ServiceError;
  /** Stop of a job that has COMPLETED or FAILED; undefined or left out answers with the job as it is. */
  alreadyEnded?(this: void, status: JobStatus): ServiceError | undefined;
}

/**
 * How AWS's names of a family map to ours. What reads a request may throw modelled errors for what the model's
 * constraints leave open.
 */
export interface JobMapping<Ops extends JobFamilyOperations, Request, Outcome> {
  /** The job that a request asks for. */
  start(input: InputOf<Ops['Start']>, call: Call): Omit<JobStart<Request>, keyof JobScope>;
  started(record: JobRecord<Request, Outcome>, call: Call): OutputOf<Ops['Start']>;
  idOf(input: InputOf<Ops['Describe']> | InputOf<Ops['Stop']>): string;
  described(record: JobRecord<Request, Outcome>, call: Call): OutputOf<Ops['Describe']>;
  filter(input: InputOf<Ops['List']>, call: Call): Omit<JobFilter, keyof JobScope>;
  page(input: InputOf<Ops['List']>): JobPageRequest;
  listed(
    records: readonly JobRecord<Request, Outcome>[],
    nextToken: string | undefined,
    call: Call,
  ): OutputOf<Ops['List']>;
  stopped(record: JobRecord<Request, Outcome>, call: Call): OutputOf<Ops['Stop']>;
  readonly errors: JobOperationErrors;
}
