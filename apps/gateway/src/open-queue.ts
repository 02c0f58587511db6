import { ImmediateJobStore, JobStore, PostgresWorkQueue, type WorkQueue } from '@lantern/jobs';
import type { Database } from '@lantern/store';
import type { Logger } from 'pino';
import type { Config } from './config.js';

/** The doorbell that the configuration names. Nothing is connected before somebody rings or works. */
export async function openQueue({ redisUrl }: Config, database: Database, log: Logger): Promise<WorkQueue> {
  const onError = (err: Error) => log.warn({ err }, 'trouble with the queue');
  if (redisUrl === undefined) return new PostgresWorkQueue({ database, onError });
  throw new Error('REDIS_URL is not supported yet');
}

export const openJobStore = ({ progression }: Config, database: Database, queue: WorkQueue): JobStore =>
  progression === 'immediate' ? new ImmediateJobStore(database, queue) : new JobStore(database, queue);
