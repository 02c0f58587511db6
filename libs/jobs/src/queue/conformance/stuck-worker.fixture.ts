// A process that takes entries of a queue, says so, and never ends: to be killed. Run by work-queue-conformance.ts.
import { openDatabase } from '@lantern/store';
import { PostgresWorkQueue } from '../postgres/postgres-work-queue.js';
import { RedisWorkQueue } from '../redis/redis-work-queue.js';
import type { QueueReach } from './opened-queue.js';

const [reach = '{}', name = '', lockMs = '1000'] = process.argv.slice(2);
// The suite wrote it.
const { databaseUrl, redisUrl } = JSON.parse(reach) as QueueReach;
const database = await openDatabase({ dataDir: '/nowhere', url: databaseUrl });
const queue =
  redisUrl === undefined ? new PostgresWorkQueue({ database }) : new RedisWorkQueue({ database, url: redisUrl });
const stuck = (id: string): Promise<never> => {
  process.stdout.write(`${id}\n`);
  return new Promise(() => undefined);
};
await queue.work(name, stuck, { concurrency: 5, attempts: 3, backoffMs: 10, lockMs: Number(lockMs) });
