import { hasRedis, openTestRedis, temporaryFolder } from '@lantern/testing';
import { openDatabase } from '@lantern/store';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { OpenedQueue } from '../conformance/opened-queue.js';
import { describeWorkQueue } from '../conformance/work-queue-conformance.js';
import { RedisWorkQueue } from './redis-work-queue.js';

async function openRedis(): Promise<OpenedQueue> {
  const folder = await temporaryFolder('redis-queue');
  const [database, redis] = await Promise.all([openDatabase({ dataDir: folder.path }), openTestRedis()]);
  const { url } = redis;
  return {
    database,
    reach: { databaseUrl: database.url, redisUrl: url },
    open: (onError) => new RedisWorkQueue({ database, url, onError }),
    breakConnections: async () => {
      const client = new Redis(url);
      const n = await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      client.disconnect();
      expect(n).toBeGreaterThan(0);
    },
    close: async () => {
      await database.close();
      await redis.close();
      await folder.remove();
    },
  };
}

describeWorkQueue(`the queue on Redis${hasRedis() ? '' : ' (skipped: no Redis)'}`, hasRedis() ? openRedis : undefined);
