import type { AddressInfo } from 'node:net';
import type { FirstCredentials, IdentityStore } from '@lantern/store';
import { pino } from 'pino';
import { parseConfig, projectRoot, type Config, type Environment } from './config.js';
import { openResources } from './resources.js';

export interface StartOptions {
  /** Settings as environment variables. */
  readonly env: Environment;
}

/** How long jobs that run may still take when the suite stops; then they go to another worker, or to the next start. */
const workersGraceMs = 500;

/** A running suite. */
export interface Lantern {
  readonly url: string;
  readonly config: Config;
  /** The keys made at the first start; undefined where their file was removed or they were revoked. */
  readonly credentials: FirstCredentials | undefined;
  readonly identity: IdentityStore;
  /** With LANTERN_JOBS_PROGRESSION=manual: runs all jobs until none is left that has not ended. */
  runJobs(): Promise<void>;
  /** Stops listening, lets calls end for a moment, closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the suite as configured.
 * @throws ConfigurationError with everything that is wrong
 */
export async function startLantern({ env }: StartOptions): Promise<Lantern> {
  const config = parseConfig(env, projectRoot);
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: false }));
  // The database starts in its own process while this one loads the services: a third of the time of a start.
  const [resources, { listen }] = await Promise.all([openResources(config, log), import('./listen.js')]);
  try {
    const { app, server, startWorkers, close } = await listen(config, resources, log);
    const { port } = server.address() as AddressInfo;
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    resources.publicUrl.listensAt(url);
    // Nobody waits for them: a start is over when the suite answers.
    const workers = config.role !== 'http' && config.progression !== 'manual' ? startWorkers() : undefined;
    return {
      url,
      config,
      credentials: resources.credentials,
      identity: resources.identity,
      runJobs: async () => {
        const once = startWorkers();
        await resources.jobs.allEnded().finally(() => once.close(workersGraceMs));
      },
      close: async () => {
        await Promise.all([close(), workers?.close(workersGraceMs)]);
        await app.close();
        await resources.close();
      },
    };
  } catch (error) {
    await resources.close();
    throw error;
  }
}
