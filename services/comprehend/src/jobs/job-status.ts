import { JobStatus as Status } from '@lantern/jobs';
import type { JobStatus } from '../api/index.js';

const words: Readonly<Record<Status, JobStatus>> = {
  QUEUED: 'SUBMITTED',
  IN_PROGRESS: 'IN_PROGRESS',
  STOP_REQUESTED: 'STOP_REQUESTED',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  STOPPED: 'STOPPED',
};

/** A state in Comprehend's words. */
export const toJobStatus = (status: Status): JobStatus => words[status];

/** A state from Comprehend's words. */
export const fromJobStatus = (word: JobStatus): Status =>
  word === 'SUBMITTED' ? Status.QUEUED : (Object.values(Status).find((status) => status === word) ?? Status.QUEUED);
