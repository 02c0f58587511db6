import { comprehendJobs } from '@lantern/comprehend';
import type { BackgroundWork, BackgroundWorkClass, JobRunnerClass } from '@lantern/jobs';
import { EVENTS_QUEUE, EventRelay } from '@lantern/events';
import { DeliveryWorker } from '@lantern/sns';

/** The runners of a service's jobs, by its folder: run where the service is mounted. */
export const jobsByFolder: Readonly<Record<string, readonly JobRunnerClass[]>> = {
  comprehend: comprehendJobs,
};

/** What services do all the time: done by every process of the role `worker`, which can all call each other. */
const background: readonly BackgroundWorkClass[] = [DeliveryWorker];

/** Background work with the name of its queue. */
export interface NamedWork {
  readonly queue: string;
  /** What Nest makes. */
  readonly type: abstract new (...parameters: never[]) => BackgroundWork;
}

/** All background work of the suite. */
export const backgroundWork: readonly NamedWork[] = [
  { queue: EVENTS_QUEUE, type: EventRelay },
  ...background.map((type) => ({ queue: type.queue, type })),
];
