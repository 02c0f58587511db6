import { cutPage, readPageToken, type Page } from '@lantern/aws-protocol';
import { InvalidPageTokenError, type Database } from '@lantern/store';
import type { JobDefinition } from './job-definition.js';
import { toJobRecord, type JobRecord } from './job-record.js';
import type { JobStatus } from './job-states.js';

/** Which jobs of a definition; all filters must hold. */
export interface JobFilter {
  readonly account: string;
  readonly region: string;
  readonly name?: string | undefined;
  /** One of these; a word of AWS may stand for several states, or for none. */
  readonly states?: readonly JobStatus[] | undefined;
  /** Exclusive. */
  readonly submittedBefore?: Date | undefined;
  /** Exclusive. */
  readonly submittedAfter?: Date | undefined;
  /** @default false: the newest first */
  readonly oldestFirst?: boolean | undefined;
}

export interface JobPageRequest {
  /** Most jobs on the page. */
  readonly size: number;
  /** From the page before. */
  readonly token?: string | undefined;
}

/**
 * A page of jobs.
 * @throws InvalidPageTokenError for a token of another list
 */
export async function listJobs<Request, Outcome>(
  { kysely }: Database,
  definition: JobDefinition<Request, Outcome>,
  filter: JobFilter,
  { size, token }: JobPageRequest,
): Promise<Page<JobRecord<Request, Outcome>>> {
  const { account, region, name, states, submittedBefore, submittedAfter, oldestFirst = false } = filter;
  const list = JSON.stringify([
    oldestFirst,
    definition.name,
    account,
    region,
    name,
    states,
    submittedBefore,
    submittedAfter,
  ]);
  const after = token === undefined ? undefined : readPageToken(list, token);
  if (token !== undefined && !/^\d{1,16}$/.test(after ?? ''))
    throw new InvalidPageTokenError('Not a token of this list');
  let query = kysely
    .selectFrom('jobs')
    .selectAll()
    .where((is) => is.and({ account, region, definition: definition.name }));
  if (name !== undefined) query = query.where('name', '=', name);
  if (states) query = query.where('status', 'in', states.length > 0 ? states : ['']);
  if (submittedBefore) query = query.where('submitted_at', '<', submittedBefore);
  if (submittedAfter) query = query.where('submitted_at', '>', submittedAfter);
  if (after !== undefined) query = query.where('sequence', oldestFirst ? '>' : '<', Number(after));
  const rows = await query
    .orderBy('sequence', oldestFirst ? 'asc' : 'desc')
    .limit(size + 1)
    .execute();
  const { items, ...next } = cutPage(list, rows, size, ({ sequence }) => String(sequence));
  return { items: items.map((row) => toJobRecord<Request, Outcome>(row)), ...next };
}
