/** What a job is doing. Each family of AWS has its own words for these. */
export const JobStatus = {
  QUEUED: 'QUEUED',
  IN_PROGRESS: 'IN_PROGRESS',
  STOP_REQUESTED: 'STOP_REQUESTED',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  STOPPED: 'STOPPED',
} as const;
export type JobStatus = (typeof JobStatus)[keyof typeof JobStatus];

/**
 * The states and the arrows between them. A state without arrows is an end. A job that waits for its next attempt stays
 * IN_PROGRESS; one that was asked to stop may still complete or fail, if it does so before it hears of it.
 */
export const jobArrows: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  QUEUED: ['IN_PROGRESS', 'STOPPED'],
  IN_PROGRESS: ['COMPLETED', 'FAILED', 'STOP_REQUESTED'],
  STOP_REQUESTED: ['STOPPED', 'COMPLETED', 'FAILED'],
  COMPLETED: [],
  FAILED: [],
  STOPPED: [],
};

/** Whether a job in this state stays in it. */
export const isEnded = (status: JobStatus): boolean => jobArrows[status].length === 0;

/** States in which a job is over. */
export const endedStates: readonly JobStatus[] = Object.values(JobStatus).filter(isEnded);

/** Whether there is an arrow. */
export const mayGo = (from: JobStatus, to: JobStatus): boolean => jobArrows[from].includes(to);

/** The states from which there is an arrow to this one. */
export const sourcesOf = (to: JobStatus): readonly JobStatus[] =>
  Object.values(JobStatus).filter((from) => mayGo(from, to));

/** The states as text, one line for each. */
export const stateDiagram = (): string =>
  Object.entries(jobArrows)
    .map(([from, to]) => `${from.padEnd(14)} ${to.length ? `→ ${to.join(' | ')}` : '■'}`)
    .join('\n');
