import type { JobDefinition } from './job-definition.js';
import type { JobRecord } from './job-record.js';
import { JobStore, type JobStart } from './job-store.js';

/** Milliseconds between two looks at the job. */
const LOOK_MS = 5;

/** For tests of programs that start jobs: `start` answers when the job has ended. Something must run jobs meanwhile. */
export class ImmediateJobStore extends JobStore {
  override async start<Request, Outcome>(
    definition: JobDefinition<Request, Outcome>,
    start: JobStart<Request>,
  ): Promise<JobRecord<Request, Outcome>> {
    const started = await super.start(definition, start);
    let record: JobRecord<Request, Outcome> | undefined = started;
    while (record && record.endedAt === undefined) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      record = await this.find(definition, started, started.id);
    }
    return started;
  }
}
