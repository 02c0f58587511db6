export {
  RingLater,
  WorkQueue,
  type OpenTransaction,
  type QueueEntry,
  type QueueHandler,
  type QueueRun,
  type RingExpression,
  type Working,
  type WorkOptions,
} from './queue/work-queue.js';
export { PostgresWorkQueue, type PostgresWorkQueueConfig } from './queue/postgres/postgres-work-queue.js';
export { defineJob, type JobDefinition } from './records/job-definition.js';
export {
  ClientTokenConflictError,
  ForbiddenTransitionError,
  JobFailure,
  JobNotFoundError,
  SupersededError,
} from './records/job-errors.js';
export type { JobFilter, JobPageRequest } from './records/job-list.js';
export type { JobProgress, JobRecord } from './records/job-record.js';
export { endedStates, isEnded, jobArrows, JobStatus, mayGo, stateDiagram } from './records/job-states.js';
export { JobStore, type JobScope, type JobStart } from './records/job-store.js';
export type { TransitionListener } from './records/transition.js';
export { JobCutOff, type CutOff } from './running/job-cut-off.js';
export type { JobRun, JobRunner, JobRunnerClass } from './running/job-runner.js';
export { JobWorker, type JobWorkerConfig } from './running/job-worker.js';
export { Reconciler } from './running/reconciler.js';
export type { BackgroundWork, BackgroundWorkClass } from './running/background-work.js';
export { ImmediateJobStore } from './records/immediate-job-store.js';
export type { JobFamilyOperations, JobMapping, JobOperationErrors } from './operations/job-mapping.js';
export { jobOperations, type JobHandlerClass, type JobHandlers } from './operations/job-operations.js';
export { RedisWorkQueue, type RedisWorkQueueConfig } from './queue/redis/redis-work-queue.js';
export { runInThread, type ThreadOptions } from './threads/run-in-thread.js';
export { serveThread, type ThreadRun } from './threads/serve-thread.js';
