import { hasRedis, openTestRedis, temporaryFolder } from '@lantern/testing';
import { openDatabase, type Database } from '@lantern/store';
import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import { concurrency, openBare, openJobs, type MeasuredQueue } from './bench/measured-queue.js';
import { PostgresWorkQueue, RedisWorkQueue } from './index.js';
import { QUEUE_SCHEMA } from './queue/postgres/queue-schema.js';

/** From the start of a job to the first line of its runner, where nothing else runs. */
const overheadBarMs = 10;
/** Short jobs a second, from the first start to the last record that says COMPLETED. */
const rateBar = 200;
const nStarts = 60;
const nJobs = 1_000;
const nRounds = 3;
const nCallers = 8;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const quantile = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
const median = (values: readonly number[]) => quantile(values, 0.5);

/** A queue and how much it has done. */
class Lane {
  private nDone = 0;

  constructor(readonly queue: MeasuredQueue) {}

  /** Milliseconds from the call that starts one piece of work to its beginning. */
  async overheadMs(): Promise<number> {
    const begun = new Promise<number>((resolve) => (this.queue.onBegin = () => resolve(performance.now())));
    const before = performance.now();
    await this.queue.start(0);
    const ms = (await begun) - before;
    await this.queue.ended(++this.nDone);
    return ms;
  }

  /** Pieces of work a second, started by several callers at once. */
  async rate(): Promise<number> {
    this.queue.onBegin = () => undefined;
    const before = performance.now();
    let next = 0;
    const caller = async () => {
      while (next < nJobs) await this.queue.start(next++);
    };
    this.nDone += nJobs;
    await Promise.all([...Array.from({ length: nCallers }, caller), this.queue.ended(this.nDone)]);
    return nJobs / ((performance.now() - before) / 1000);
  }
}

/** What is measured beside each other. */
interface Lanes<Of> {
  /** Jobs that nobody is told of. */
  readonly ours: Of;
  /** Jobs with a listener who wants to hear where there are rules, as those of services are. */
  readonly announced: Of;
  /** BullMQ alone. */
  readonly bare: Of;
}

/** Measures all in turn, so that a change of the machine's load meets all. */
async function inTurn(lanes: Lanes<Lane>, measure: (lane: Lane) => Promise<number>): Promise<Lanes<number>> {
  return {
    bare: await measure(lanes.bare),
    ours: await measure(lanes.ours),
    announced: await measure(lanes.announced),
  };
}

async function compare(backEnd: string, lanes: Lanes<Lane>): Promise<Row[]> {
  const overheads: Lanes<number>[] = [];
  for (let index = -25; index < nStarts; index++) {
    const round = await inTurn(lanes, async (lane) => {
      const ms = await lane.overheadMs();
      await pause(30);
      return ms;
    });
    // The first ones warm all up.
    if (index >= 0) overheads.push(round);
  }
  const rates: Lanes<number>[] = [];
  for (let round = 0; round < nRounds; round++) rates.push(await inTurn(lanes, (lane) => lane.rate()));
  const start = `${backEnd}: start to first work`;
  const short = `${backEnd}: short jobs, ${concurrency} at once`;
  return [
    ...compared(start, 'ms', overheads, overheadBarMs, (a, b) => a <= b),
    { work: `${start}, 95 of 100`, unit: 'ms', ours: quantile(columnOf(overheads, 'ours'), 0.95) },
    ...compared(short, 'jobs/s', rates, rateBar, (a, b) => a >= b),
  ];
}

const columnOf = (rounds: readonly Lanes<number>[], lane: keyof Lanes<number>) => rounds.map((round) => round[lane]);

/** Both of our lanes against the bar and beside the peer. */
const compared = (
  work: string,
  unit: string,
  rounds: readonly Lanes<number>[],
  bar: number,
  reaches: (ours: number, bar: number) => boolean,
): Row[] =>
  (['ours', 'announced'] as const).map((lane) => {
    const ours = median(columnOf(rounds, lane));
    return {
      work: lane === 'ours' ? `${work}, median` : `${work}, median, with a listener`,
      unit,
      ours,
      peer: median(columnOf(rounds, 'bare')),
      ratio: median(rounds.map((round) => round[lane] / round.bare)),
      bar,
      holds: reaches(ours, bar),
    };
  });

/** Closes what was opened, also where a measurement failed. */
async function measured(backEnd: string, { ours, announced, bare }: Lanes<MeasuredQueue>): Promise<Row[]> {
  try {
    return await compare(backEnd, { ours: new Lane(ours), announced: new Lane(announced), bare: new Lane(bare) });
  } finally {
    await Promise.all([ours, announced, bare].map((queue) => queue.close()));
  }
}

async function onPostgres(database: Database): Promise<Row[]> {
  const queue = new PostgresWorkQueue({ database });
  const ours = await openJobs(database, queue, false);
  const announced = await openJobs(database, queue, true);
  const connection = { connectionString: database.url, schema: QUEUE_SCHEMA, max: 5 };
  const bare = await openBare({
    queue: (name) => new Queue(name, { connection }, createPostgresBackend),
    worker: (name, processor) => new Worker(name, processor, { connection, concurrency }, createPostgresBackend),
  });
  return measured('PostgreSQL', { ours, announced, bare }).finally(() => queue.close());
}

async function onRedis(database: Database): Promise<Row[]> {
  if (!hasRedis()) {
    console.log('No Redis: its rows are left out (Debian: apt-get install redis-server).');
    return [];
  }
  const redis = await openTestRedis();
  const { url } = redis;
  const queue = new RedisWorkQueue({ database, url });
  const bare = await openBare({
    queue: (name) => new Queue(name, { connection: { url } }),
    worker: (name, processor) => new Worker(name, processor, { connection: { url }, concurrency }),
  });
  const ours = await openJobs(database, queue, false);
  const rows = measured('Redis', { ours, announced: await openJobs(database, queue, true), bare });
  return rows.finally(() => queue.close()).finally(() => redis.close());
}

async function main(): Promise<boolean> {
  const load = currentLoad();
  const folder = await temporaryFolder('queue-bench');
  const database = await openDatabase({ dataDir: folder.path });
  try {
    const rows = [...(await onPostgres(database)), ...(await onRedis(database))];
    const date = new Date().toISOString().slice(0, 10);
    return publish({ name: 'queue', date, machine: describeMachine(), load, rows });
  } finally {
    await database.close();
    await folder.remove();
  }
}

process.exitCode = (await main()) ? 0 : 1;
