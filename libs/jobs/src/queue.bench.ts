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

/** Measures both in turn, so that a change of the machine's load meets both. */
async function compare(backEnd: string, ours: Lane, bare: Lane): Promise<Row[]> {
  const overheads: { readonly ours: number; readonly bare: number }[] = [];
  for (let index = -5; index < nStarts; index++) {
    const bareMs = await bare.overheadMs();
    await pause(30);
    const oursMs = await ours.overheadMs();
    await pause(30);
    // The first ones warm both up.
    if (index >= 0) overheads.push({ ours: oursMs, bare: bareMs });
  }
  const rates: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = 0; round < nRounds; round++) rates.push({ bare: await bare.rate(), ours: await ours.rate() });
  const oursMs = overheads.map((pair) => pair.ours);
  const perSecond = median(rates.map((pair) => pair.ours));
  return [
    plain(`${backEnd}: start to first work, median`, 'ms', median(oursMs), overheadBarMs, (a, b) => a <= b),
    { work: `${backEnd}: start to first work, 95 of 100`, unit: 'ms', ours: quantile(oursMs, 0.95) },
    beside(`${backEnd}: start to first work, beside BullMQ alone`, 'ms', overheads),
    plain(`${backEnd}: short jobs, ${concurrency} at once`, 'jobs/s', perSecond, rateBar, (a, b) => a >= b),
    beside(`${backEnd}: short jobs, beside BullMQ alone`, 'jobs/s', rates),
  ];
}

const plain = (
  work: string,
  unit: string,
  ours: number,
  bar: number,
  reaches: (a: number, b: number) => boolean,
): Row => ({
  work,
  ours,
  unit,
  bar,
  holds: reaches(ours, bar),
});

const beside = (
  work: string,
  unit: string,
  pairs: readonly { readonly ours: number; readonly bare: number }[],
): Row => ({
  work,
  unit,
  ours: median(pairs.map(({ ours }) => ours)),
  peer: median(pairs.map(({ bare }) => bare)),
  ratio: median(pairs.map(({ ours, bare }) => ours / bare)),
});

/** Closes what was opened, also where a measurement failed. */
async function measured(backEnd: string, ours: MeasuredQueue, bare: MeasuredQueue): Promise<Row[]> {
  try {
    return await compare(backEnd, new Lane(ours), new Lane(bare));
  } finally {
    await Promise.all([ours.close(), bare.close()]);
  }
}

async function onPostgres(database: Database): Promise<Row[]> {
  const queue = new PostgresWorkQueue({ database });
  const ours = await openJobs(database, queue);
  const connection = { connectionString: database.url, schema: QUEUE_SCHEMA, max: 5 };
  const bare = await openBare({
    queue: (name) => new Queue(name, { connection }, createPostgresBackend),
    worker: (name, processor) => new Worker(name, processor, { connection, concurrency }, createPostgresBackend),
  });
  return measured('PostgreSQL', ours, bare).finally(() => queue.close());
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
  const rows = measured('Redis', await openJobs(database, queue), bare);
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
