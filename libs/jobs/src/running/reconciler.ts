import { sql } from 'kysely';
import type { Working } from '../queue/work-queue.js';
import { endedStates } from '../records/job-states.js';
import type { JobStore } from '../records/job-store.js';

/** Milliseconds between two looks. */
const EVERY_MS = 10_000;

/** Most jobs that are rung for in one look. */
const BATCH = 500;

/** Seconds until a job is rung for again. */
const RING_AGAIN_SECONDS = 60;

/**
 * Rings for jobs that nobody has come for: their queue entry was lost, with a Redis that forgot it or with a worker that
 * gave up. Several processes may do so at once; each job is rung for by one of them.
 */
export class Reconciler {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly store: JobStore,
    private readonly onError: (error: Error) => void,
  ) {}

  start(): Working {
    this.look();
    this.timer = setInterval(() => this.look(), EVERY_MS);
    return {
      close: async () => {
        clearInterval(this.timer);
        await this.looking;
      },
    };
  }

  /**
   * Looks once.
   * @returns how many jobs were rung for
   */
  async ring(): Promise<number> {
    const { rows } = await sql<{ id: string; definition: string }>`
      update lantern.jobs set ring_at = now() + make_interval(secs => ${RING_AGAIN_SECONDS})
      where id in (
        select id from lantern.jobs
        where status not in (${sql.join(endedStates.map((status) => sql.lit(status)))}) and ring_at < now()
        order by ring_at limit ${BATCH} for update skip locked)
      returning id, definition`.execute(this.store.database.kysely);
    for (const { id, definition } of rows) await this.store.queue.add({ queue: definition, id });
    return rows.length;
  }

  private look(): void {
    this.looking ??= this.ring()
      .then(() => undefined, this.onError)
      .finally(() => (this.looking = undefined));
  }
}
