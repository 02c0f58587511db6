import { spawn, spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

/** A Redis for tests. */
export interface TestRedis {
  readonly url: string;
  close(): Promise<void>;
}

// eslint-disable-next-line no-restricted-properties -- for tests alone
const given = process.env.REDIS_URL;

/** Whether tests can have a Redis: one that `REDIS_URL` names, or a program to start. */
export const hasRedis = (): boolean => given !== undefined || spawnSync('redis-server', ['--version']).status === 0;

/** The one that `REDIS_URL` names, or one that is started and ended here, which keeps nothing. */
export async function openTestRedis(): Promise<TestRedis> {
  if (given !== undefined) return { url: given, close: () => Promise.resolve() };
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  );
  const url = `redis://127.0.0.1:${port}`;
  await untilAnswers(url);
  const close = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill();
    });
  return { url, close };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function untilAnswers(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}
