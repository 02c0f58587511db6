import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', '..', 'apps', 'gateway', 'bin', 'lantern.mjs');

export interface Credentials {
  /** Twelve digits. */
  readonly account: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly apiKey: string;
}

/** A suite in a process of its own, as `npm start` runs it. */
export interface StartedSuite {
  readonly url: string;
  readonly pid: number;
  readonly credentials: Credentials;
  /** Everything it wrote so far to both outputs. */
  output(): string;
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<void>;
  /** SIGTERM and the exit code. */
  stop(): Promise<number | null>;
}

/** A TCP port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function untilHealthy(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`the suite ended with ${child.exitCode}:\n${output()}`);
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the suite did not answer within 30 s:\n${output()}`);
}

/** Starts the program on `dataDir` and waits until it answers. */
export async function startProgram(
  dataDir: string,
  port: number,
  env: Record<string, string> = {},
): Promise<StartedSuite> {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [program, 'start'], {
    env: { ...process.env, LANTERN_DATA_DIR: dataDir, LANTERN_PORT: String(port), LANTERN_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit');
  await untilHealthy(url, child, () => text);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as Credentials;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    credentials,
    output: () => text,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
