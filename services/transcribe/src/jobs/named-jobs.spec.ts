import { defineJob, type JobRecord, type JobStore } from '@lantern/jobs';
import { describe, expect, it } from 'vitest';
import { listNamedJobs } from './named-jobs.js';

const job = defineJob<object, object>({ name: 'named', concurrency: 1, attempts: 1, backoffMs: 1, timeoutMs: 1 });

/** A store with jobs of these names; a token is the index at which the next page begins. */
function storeOf(names: readonly string[]) {
  const asked: number[] = [];
  const list = (_: unknown, __: unknown, { size, token = '0' }: { size: number; token?: string | undefined }) => {
    asked.push(size);
    const end = Number(token) + size;
    // Lists look at nothing but names.
    const items = names.slice(Number(token), end).map((name) => ({ name }) as JobRecord);
    return Promise.resolve(end < names.length ? { items, nextToken: String(end) } : { items });
  };
  return { asked, store: { list } as unknown as Pick<JobStore, 'list'> };
}

describe('listNamedJobs', () => {
  const names = ['a-1', 'B-1', 'A-2', 'b-2', 'a-3'];
  const scope = { account: '111122223333', region: 'us-east-1', states: undefined };

  it('gives every match once over the pages, in upper and lower case', async () => {
    const { store } = storeOf(names);
    const seen: (string | undefined)[][] = [];
    let token: string | undefined;
    do {
      const page = await listNamedJobs(store, job, { ...scope, nameContains: 'A-', size: 2, token });
      seen.push(page.items.map(({ name }) => name));
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen).toEqual([['a-1', 'A-2'], ['a-3']]);
  });

  it('looks once where every name will do', async () => {
    const { store, asked } = storeOf(names);
    const page = await listNamedJobs(store, job, { ...scope, nameContains: undefined, size: 3, token: undefined });
    expect(page).toMatchObject({ items: [{ name: 'a-1' }, { name: 'B-1' }, { name: 'A-2' }], nextToken: '3' });
    expect(asked).toEqual([3]);
  });
});
