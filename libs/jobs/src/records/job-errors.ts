import type { JobStatus } from './job-states.js';

/**
 * Thrown by a runner: the job has failed, with this sentence for its user, and is not tried again. Any other error is
 * tried again, and its message is for the log.
 */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}

/** There is no such job in this account and region. */
export class JobNotFoundError extends Error {
  override readonly name = 'JobNotFoundError';
}

/** The client token stands for another request already. */
export class ClientTokenConflictError extends Error {
  override readonly name = 'ClientTokenConflictError';
}

/** There is no arrow between the two states. */
export class ForbiddenTransitionError extends Error {
  override readonly name = 'ForbiddenTransitionError';
  constructor(
    readonly from: JobStatus,
    readonly to: JobStatus,
  ) {
    super(`A job does not go from ${from} to ${to}`);
  }
}

/** Another worker took the job since; what this one knows no longer counts. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';
}
