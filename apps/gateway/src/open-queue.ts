import { ImmediateJobStore, JobStore, PostgresWorkQueue, RedisWorkQueue, type WorkQueue } from '@lantern/jobs';
import type { Database } from '@lantern/store';
import type { Logger } from 'pino';
import type { Config } from './config.js';

/** The doorbell that the configuration names. Nothing is connected before somebody rings or works. */
export function openQueue({ redisUrl }: Config, database: Database, log: Logger): WorkQueue {
  const onError = (err: Error) => log.warn({ err }, 'trouble with the queue');
  return redisUrl === undefined
    ? new PostgresWorkQueue({ database, onError })
    : new RedisWorkQueue({ database, url: redisUrl, onError });
}

export const openJobStore = ({ progression }: Config, database: Database, queue: WorkQueue): JobStore =>
  progression === 'immediate' ? new ImmediateJobStore(database, queue) : new JobStore(database, queue);
