import type { Tables } from '@lantern/store';
import type { Selectable } from 'kysely';
import type { JobStatus } from './job-states.js';

/** A row of the table. */
export type JobRow = Selectable<Tables['jobs']>;

/** A job as it was when it was read. */
export interface JobRecord<Request = unknown, Outcome = unknown> {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Name of its definition. */
  readonly definition: string;
  /** The user's name for it; need not be unique. */
  readonly name: string | undefined;
  readonly status: JobStatus;
  readonly request: Request;
  /** Set once COMPLETED. */
  readonly outcome: Outcome | undefined;
  /** Once FAILED, the sentence for the user. */
  readonly failure: string | undefined;
  readonly progress: JobProgress;
  readonly tags: Readonly<Record<string, string>>;
  /** How often a worker took it. */
  readonly attempt: number;
  readonly submittedAt: Date;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

export interface JobProgress {
  /** 0 to 100. */
  readonly percent: number;
  readonly message: string | undefined;
}

/** @typeParam Request and @typeParam Outcome are those of the definition, which wrote them */
export function toJobRecord<Request, Outcome>(row: JobRow): JobRecord<Request, Outcome> {
  return {
    id: row.id,
    account: row.account,
    region: row.region,
    definition: row.definition,
    name: row.name ?? undefined,
    // The store writes no other.
    status: row.status as JobStatus,
    request: row.request as Request,
    outcome: row.status === 'COMPLETED' ? (row.outcome as Outcome) : undefined,
    failure: row.failure ?? undefined,
    progress: { percent: row.progress_percent, message: row.progress_message ?? undefined },
    tags: row.tags as Readonly<Record<string, string>>,
    attempt: row.attempt,
    submittedAt: row.submitted_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
