import type { JobDefinition } from '../records/job-definition.js';
import type { JobRecord } from '../records/job-record.js';

/** What a runner is given. */
export interface JobRun<Request, Outcome = unknown> {
  readonly record: JobRecord<Request, Outcome>;
  /** Aborts when the job is to stop, takes too long, was taken by another worker, or the worker closes. Heed it. */
  readonly signal: AbortSignal;
  /**
   * Reports progress; written a few times a second at most.
   * @param percent 0 to 100; what is lower than before is taken as before
   */
  readonly progress: (percent: number, message?: string) => void;
}

/**
 * Does the work of one kind of job. It may run again after it was cut off at any point: outputs have deterministic
 * places, and steps are "make it so". What computes for long belongs into a thread (`runInThread`).
 * @throws JobFailure with a sentence for the user; any other error is tried again
 */
export interface JobRunner<Request, Outcome> {
  run(run: JobRun<Request, Outcome>): Promise<Outcome>;
}

/** A class that Nest can construct, with the job it runs. */
export interface JobRunnerClass {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of them holds runners of all kinds of requests
  readonly job: JobDefinition<any, any>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- and constructor parameters are Nest's business
  new (...args: any[]): JobRunner<any, any>;
}
