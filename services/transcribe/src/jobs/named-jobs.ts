import {
  endedStates,
  type JobDefinition,
  type JobRecord,
  type JobScope,
  type JobStatus,
  type JobStore,
} from '@lantern/jobs';
import type { Page } from '@lantern/aws-protocol';

/*
 * Jobs that are known by the name that the customer gave them. Their name is also their client token, which is what makes it unique
 * within an account and region.
 */

/** The job of a name, or undefined. */
export async function findNamedJob<Request, Outcome>(
  jobs: JobStore,
  definition: JobDefinition<Request, Outcome>,
  scope: JobScope,
  name: string,
): Promise<JobRecord<Request, Outcome> | undefined> {
  const { account, region } = scope;
  const row = await jobs.database.kysely
    .selectFrom('jobs')
    .select('id')
    .where((is) => is.and({ account, region, definition: definition.name, client_token: name }))
    .executeTakeFirst();
  return row && jobs.find(definition, scope, row.id);
}

/**
 * Removes the record of a job that has ended; its name may be used again.
 * @returns false where there is no such job, or it has not ended
 */
export async function removeEndedJob(
  jobs: JobStore,
  { name: definition }: Pick<JobDefinition, 'name'>,
  { account, region }: JobScope,
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await jobs.database.kysely
    .deleteFrom('jobs')
    .where((is) => is.and({ account, region, definition, id }))
    .where('status', 'in', endedStates)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export interface NamedJobsRequest extends JobScope {
  readonly states: readonly JobStatus[] | undefined;
  /** In upper or lower case. */
  readonly nameContains: string | undefined;
  readonly size: number;
  readonly token: string | undefined;
}

/**
 * A page of jobs whose names contain something, the newest first. Each look at the store asks for what the page still lacks, so that
 * its token is that of the store; a word that few names contain takes many looks.
 * @throws InvalidPageTokenError
 */
export async function listNamedJobs<Request, Outcome>(
  jobs: Pick<JobStore, 'list'>,
  definition: JobDefinition<Request, Outcome>,
  { account, region, states, nameContains = '', size, token }: NamedJobsRequest,
): Promise<Page<JobRecord<Request, Outcome>>> {
  const word = nameContains.toLowerCase();
  const items: JobRecord<Request, Outcome>[] = [];
  let next = token;
  do {
    const page = await jobs.list(definition, { account, region, states }, { size: size - items.length, token: next });
    items.push(...page.items.filter(({ name = '' }) => name.toLowerCase().includes(word)));
    next = page.nextToken;
  } while (next !== undefined && items.length < size);
  return { items, ...(next !== undefined && { nextToken: next }) };
}
