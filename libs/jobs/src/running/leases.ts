import type { Database } from '@lantern/store';
import { sql } from 'kysely';
import { JobStatus } from '../records/job-states.js';
import { LEASE_SECONDS } from './claim.js';
import type { CutOff } from './job-cut-off.js';

/** Milliseconds between two looks at the records of running jobs: so soon a job hears that it is to stop. */
const LOOK_MS = 1_000;

/** A job that this process runs. */
export interface HeldJob {
  readonly id: string;
  readonly attempt: number;
  cutOff(why: CutOff): void;
}

/** Renews the leases of the running jobs of this process, and watches their records, all with one statement. */
export class Leases {
  private readonly held = new Set<HeldJob>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly database: Database,
    private readonly onError: (error: Error) => void,
  ) {}

  hold(job: HeldJob): void {
    this.held.add(job);
    this.timer ??= setInterval(() => void this.look(), LOOK_MS);
  }

  letGo(job: HeldJob): void {
    this.held.delete(job);
    if (this.held.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await this.renew([...this.held]);
    } catch (error) {
      // The lease is longer than a few looks; when it is lost for good, a later look or the end of the job tells.
      this.onError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.looking = false;
    }
  }

  private async renew(jobs: readonly HeldJob[]): Promise<void> {
    const ids = jobs.map(({ id }) => id);
    const attempts = jobs.map(({ attempt }) => attempt);
    const { rows } = await sql<{ id: string; attempt: number; status: JobStatus }>`
      update lantern.jobs as jobs set
        lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
        ring_at = now() + make_interval(secs => ${LEASE_SECONDS + 5})
      from unnest(${ids}::text[], ${attempts}::int[]) as held (id, attempt)
      where jobs.id = held.id and jobs.attempt = held.attempt and jobs.lease_until is not null
      returning jobs.id, jobs.attempt, jobs.status`.execute(this.database.kysely);
    const found = new Map(rows.map((row) => [`${row.id}:${row.attempt}`, row.status]));
    for (const job of jobs) {
      const status = found.get(`${job.id}:${job.attempt}`);
      // A job that ended during the look is no longer held, and hears nothing of it.
      if (!this.held.has(job)) continue;
      if (status === undefined) job.cutOff('superseded');
      else if (status === JobStatus.STOP_REQUESTED) job.cutOff('stop');
    }
  }
}
