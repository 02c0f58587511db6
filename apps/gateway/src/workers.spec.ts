import { randomUUID } from 'node:crypto';
import { defineJob, JobFailure, JobStore, PostgresWorkQueue, type BackgroundWork, type JobRun } from '@lantern/jobs';
import { openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Workers, worksOn } from './workers.js';

describe('worksOn', () => {
  it('takes every queue unless it is limited, and then those that are named or begin with a name', () => {
    expect(worksOn({ queues: undefined }, 'comprehend.dominant-language')).toBe(true);
    const limited = { queues: ['comprehend', 'events'] };
    expect(worksOn(limited, 'comprehend.dominant-language')).toBe(true);
    expect(worksOn(limited, 'events')).toBe(true);
    expect(worksOn(limited, 'comprehendmedical.entities')).toBe(false);
    expect(worksOn({ queues: [] }, 'events')).toBe(false);
  });
});

describe('Workers', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: Database;
  let queue: PostgresWorkQueue;
  beforeAll(async () => {
    folder = await temporaryFolder('workers');
    database = await openDatabase({ dataDir: folder.path });
    queue = new PostgresWorkQueue({ database });
  });
  afterAll(async () => {
    await queue.close();
    await database.close();
    await folder.remove();
  });

  const scope = { account: '111122223333', region: 'us-east-1' };
  const define = () =>
    defineJob<string, string>({
      name: `test.${randomUUID()}`,
      concurrency: 1,
      attempts: 2,
      backoffMs: 1,
      timeoutMs: 60_000,
    });

  /** Workers with one runner and one piece of background work, and what they log. */
  const open = (
    run: (run: JobRun<string>) => Promise<string>,
    background: () => Promise<void> = () => Promise.resolve(),
  ) => {
    const jobs = new JobStore(database, queue);
    const definition = define();
    class Runner {
      static readonly job = definition;
      run = run;
    }
    const closed: number[] = [];
    class Background implements BackgroundWork {
      async start() {
        await background();
        return { close: (graceMs = 0) => Promise.resolve(void closed.push(graceMs)) };
      }
    }
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { level: 'info' },
      { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const made = [new Runner(), new Background()];
    const workers = new Workers({
      jobs,
      runners: [Runner],
      background: [{ queue: 'test', type: Background }],
      made: <T>(type: abstract new (...parameters: never[]) => T) => made.find((one) => one instanceof type) as T,
      log,
      retryMs: 20,
    });
    const start = (request: string) => jobs.start(definition, { ...scope, request });
    const find = (id: string) => jobs.find(definition, scope, id);
    return { workers, start, find, lines, closed };
  };

  it('run jobs and tell the log what is not the customer’s to mend', async () => {
    const { workers, start, find, lines, closed } = open(({ record: { request } }) => {
      if (request === 'good') return Promise.resolve('done');
      return Promise.reject(request === 'refused' ? new JobFailure('refused') : new Error('broken'));
    });
    await workers.ready();
    const ids = await Promise.all(['good', 'refused', 'bad'].map(async (request) => (await start(request)).id));
    const states = () => Promise.all(ids.map(async (id) => (await find(id))?.status));
    await vi.waitFor(async () => expect(await states()).toEqual(['COMPLETED', 'FAILED', 'FAILED']), 10_000);
    await workers.close(7);
    expect(closed).toEqual([7]);
    const ofLevel = (level: number) => lines.filter((line) => line['level'] === level);
    expect(ofLevel(30)).toMatchObject([{ job: ids[1], failure: 'refused', msg: 'a job failed' }]);
    // Two attempts.
    expect(ofLevel(50)).toMatchObject([{ job: ids[2] }, { job: ids[2] }]);
  });

  it('try again what cannot start, and end while they wait for that', async () => {
    let nTries = 0;
    const background = () => (++nTries < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve());
    const first = open(() => Promise.resolve(''), background);
    await first.workers.ready();
    expect(nTries).toBe(3);
    expect(first.lines.filter(({ msg }) => msg === 'a worker could not start').length).toBe(2);
    await first.workers.close(0);
    expect(first.closed.length).toBe(1);

    const second = open(
      () => Promise.resolve(''),
      () => Promise.reject(new Error('never')),
    );
    await vi.waitFor(() => expect(second.lines.length).toBeGreaterThan(0), 10_000);
    await second.workers.close(0);
    expect(second.closed).toEqual([]);
  });

  it('hand on what does not end within the grace', async () => {
    const begun = vi.fn();
    const { workers, start, find } = open(({ signal }) => {
      begun();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    await workers.ready();
    const { id } = await start('long');
    await vi.waitFor(() => expect(begun).toHaveBeenCalled(), 10_000);
    const before = performance.now();
    await workers.close(50);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect((await find(id))?.status).toBe('IN_PROGRESS');
  });
});
