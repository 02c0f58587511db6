import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { JobRow } from './job-record.js';
import type { JobStart } from './job-store.js';
import { JobStatus } from './job-states.js';
import { requestDigest } from './request-digest.js';
import { databaseNow, type ChangeScope } from './transition.js';

/** Seconds after which somebody looks whether a ring was lost. */
const RING_AGAIN_SECONDS = 60;

/** 32 hexadecimal digits. */
export const newJobId = (): string => randomUUID().replaceAll('-', '');

/** What a new job's row is made of. */
export interface NewJob<Request> {
  readonly id: string;
  /** Name of its definition. */
  readonly definition: string;
  readonly start: JobStart<Request>;
  /** Rings for it. */
  readonly ring: RawBuilder<unknown>;
}

/** What identifies a request that comes twice with one client token. */
export const startDigest = ({ name, request, tags = {} }: JobStart<unknown>): Buffer =>
  requestDigest([name, request, tags]);

/**
 * Writes a job's record and rings for it, in one statement. Does neither where there is one of its client token, and where
 * somebody wants to be told although the scope is for jobs that nobody is told of.
 * @returns the row, with the value of the ring
 */
export async function insertJob<Request>(
  { executor, unheard = sql<boolean>`true` }: Pick<ChangeScope, 'executor' | 'unheard'>,
  { id, definition, start, ring }: NewJob<Request>,
): Promise<(JobRow & { readonly rung: unknown }) | undefined> {
  const { account, region, name, clientToken, request, tags = {} } = start;
  const { rows } = await sql<JobRow & { readonly rung: unknown }>`
    with job as (
      insert into lantern.jobs (
        id, account, region, definition, name, status, request, tags, client_token, request_digest, ring_at, submitted_at)
      select
        ${id}, jobs.account, jobs.region, ${definition}, ${name ?? null}::text, ${JobStatus.QUEUED},
        ${JSON.stringify(request)}::json, ${JSON.stringify(tags)}::json, ${clientToken ?? null}::text,
        ${startDigest(start)}::bytea, now() + make_interval(secs => ${RING_AGAIN_SECONDS}), ${databaseNow}
      from (select ${account}::text as account, ${region}::text as region) as jobs
      where ${unheard}
      on conflict (account, region, definition, client_token) where client_token is not null do nothing
      returning *)
    select job.*, ${ring} as rung from job`.execute(executor);
  return rows[0];
}
