import { openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { startBalancer, type Balancer } from './balancer.js';
import { freePort, startProgram, type Credentials, type StartedSuite } from './started-suite.js';

/** What one process of an installation does, and where. */
export interface Part {
  readonly name: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Several processes on one database and one folder of objects. */
export interface Installation {
  /** An address before its http processes. */
  readonly balancer: Balancer;
  readonly database: Database;
  readonly dataDir: string;
  readonly credentials: Credentials;
  readonly parts: readonly Part[];
  /** The running process of a part. */
  process(name: string): StartedSuite;
  /** Kills a part's process without a warning, and starts another. */
  restart(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface InstallationOptions {
  /** Settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether Comprehend is a process of its own behind the http processes. */
  readonly comprehendAlone: boolean;
}

/**
 * The split form: two http processes behind a balancer, two workers, and Comprehend alone behind the http processes if
 * wanted. The database's server belongs to this process, so that no kill of another one takes it along.
 */
export async function startInstallation({ env = {}, comprehendAlone }: InstallationOptions): Promise<Installation> {
  const folder = await temporaryFolder('installation');
  const dataDir = folder.path;
  const database = await openDatabase({ dataDir });
  const parts = await planParts(comprehendAlone);
  const balancer = await startBalancer(parts.filter(({ name }) => name.startsWith('http')).map(({ port }) => port));
  const common = {
    DATABASE_URL: database.url,
    LANTERN_PUBLIC_URL: balancer.url,
    // The tests' own webhooks listen on loopback.
    LANTERN_OUTBOUND_ALLOW: '127.0.0.1',
    ...env,
  };
  const running = new Map<string, StartedSuite>();
  const start = async ({ name, port, env }: Part) =>
    void running.set(name, await startProgram(dataDir, port, { ...common, ...env }));
  // The first one makes the tables and the first keys; the others would only wait for it.
  const [first, ...others] = parts;
  if (!first) throw new Error('an installation has parts');
  await start(first);
  await Promise.all(others.map(start));
  const process = (name: string): StartedSuite => {
    const found = running.get(name);
    if (!found) throw new Error(`${name} does not run`);
    return found;
  };
  return {
    balancer,
    database,
    dataDir,
    credentials: process(first.name).credentials,
    parts,
    process,
    restart: async (name) => {
      const part = parts.find((one) => one.name === name);
      if (!part) throw new Error(`there is no part ${name}`);
      await process(name).kill();
      await start(part);
    },
    close: async () => {
      await balancer.close();
      await Promise.all([...running.values()].map((one) => one.stop()));
      await database.close();
      await folder.remove();
    },
  };
}

async function planParts(comprehendAlone: boolean): Promise<readonly Part[]> {
  const [alone, ...ports] = await Promise.all(Array.from({ length: 5 }, freePort));
  const http = comprehendAlone ? { LANTERN_UPSTREAMS: `comprehend=http://127.0.0.1:${alone}` } : {};
  const names = ['http-1', 'http-2', 'worker-1', 'worker-2'];
  const parts = names.map((name, i) => {
    const role = name.startsWith('http') ? 'http' : 'worker';
    return { name, port: ports[i] ?? 0, env: { LANTERN_ROLE: role, ...(role === 'http' ? http : {}) } };
  });
  if (!comprehendAlone) return parts;
  const comprehend = { LANTERN_ROLE: 'http', LANTERN_SERVICES: 'comprehend' };
  return [...parts, { name: 'comprehend', port: alone ?? 0, env: comprehend }];
}
