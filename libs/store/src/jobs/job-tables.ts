import type { ColumnType, Generated } from 'kysely';

/** JSON that is written as text and read as a value. */
type Json = ColumnType<unknown, string, string>;
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;
type NullableText = ColumnType<string | null, string | null | undefined, string | null>;
/** A time that may be unset. */
type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface JobTables {
  /** Long work, one row for each; what their states mean is libs/jobs' to say. */
  readonly jobs: {
    id: string;
    /** Grows with each new job: lists are in this order. */
    sequence: Generated<number>;
    account: string;
    region: string;
    /** Name of the job's definition, e.g. `comprehend.dominant-language`. */
    definition: string;
    name: string | null;
    status: string;
    request: Json;
    outcome: NullableJson;
    /** The sentence for the user of a job that failed. */
    failure: NullableText;
    progress_percent: Generated<number>;
    progress_message: NullableText;
    tags: Json;
    client_token: string | null;
    /** SHA-256 of what the client token stands for. */
    request_digest: Buffer;
    /** How often a worker took the job; the number of the last one fences off all earlier ones. */
    attempt: Generated<number>;
    /** How often an attempt ended with an error. */
    failures: Generated<number>;
    /** How often an attempt ended without a word, because its worker died. */
    takeovers: Generated<number>;
    /** Until when the worker of the last attempt holds the job. */
    lease_until: NullableTime;
    /** When somebody looks whether the job's queue entry was lost. */
    ring_at: Date;
    submitted_at: Date;
    started_at: NullableTime;
    ended_at: NullableTime;
  };
  /** Queue entries that wait for their transaction to commit, where the queue is not in this database. */
  readonly queue_outbox: {
    sequence: Generated<number>;
    queue: string;
    id: string;
    due_at: Date;
    /** From when on relays look at it. */
    relay_at: Generated<Date>;
  };
}
