import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

// eslint-disable-next-line no-restricted-properties -- where tests find a Redis; programs have a setting of their own
const given = process.env.TEST_REDIS_URL;

/** A Redis for tests. */
export interface TestRedis {
  readonly url: string;
  close(): Promise<void>;
}

/** Whether tests can have a Redis: the one that TEST_REDIS_URL names, or `redis-server` on the path. */
export const hasRedis = (): boolean =>
  given !== undefined || spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** The Redis that TEST_REDIS_URL names, or one that is started here, keeps nothing on disk, and ends with `close`. */
export async function openTestRedis(): Promise<TestRedis> {
  if (given !== undefined) return { url: given, close: () => Promise.resolve() };
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  const close = async () => {
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  };
  return { url: `redis://127.0.0.1:${port}`, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
