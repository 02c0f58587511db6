import { mkdir } from 'node:fs/promises';
import { PublicUrl } from '@lantern/aws-protocol';
import { OutboundHttp } from '@lantern/outbound';
import {
  DirectoryObjectStore,
  firstStart,
  openDatabase,
  openIdentityStore,
  openSecretStore,
  RateLimiter,
  type Database,
  type FirstCredentials,
  type IdentityStore,
  type ObjectStore,
  type SecretStore,
} from '@lantern/store';
import type { JobStore, WorkQueue } from '@lantern/jobs';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { openJobStore, openQueue } from './open-queue.js';

/** What a process holds open: the database and the stores on it. */
export interface OpenResources {
  readonly database: Database;
  readonly identity: IdentityStore;
  readonly secrets: SecretStore;
  readonly outbound: OutboundHttp;
  readonly publicUrl: PublicUrl;
  readonly objects: ObjectStore;
  readonly queue: WorkQueue;
  readonly jobs: JobStore;
  readonly credentials: FirstCredentials | undefined;
  /** Takes one request from the account's allowance. */
  readonly takeToken: (account: string) => true | { readonly retryAfterMs: number };
  close(): Promise<void>;
}

/** Opens the database and identity alone: what the command line needs beside a running suite. */
export async function openIdentity(config: Config): Promise<{ database: Database; identity: IdentityStore }> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase({ dataDir: config.dataDir, url: config.databaseUrl });
  try {
    return {
      database,
      identity: await openIdentityStore({ database, dataDir: config.dataDir, masterKey: config.masterKey }),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens everything; closes what was opened if a part fails. */
export async function openResources(config: Config, log: Logger): Promise<OpenResources> {
  const { database, identity } = await openIdentity(config);
  try {
    const credentials = await firstStart(database, identity, config.dataDir);
    const objects = await openObjects(config, database);
    const queue = openQueue(config, database, log);
    const limiter = new RateLimiter(database, {
      ratePerSecond: config.rateLimit,
      onError: (err) => log.warn({ err }, 'rate limits are out of reach'),
    });
    return {
      database,
      identity,
      secrets: await openSecretStore({ database, dataDir: config.dataDir, masterKey: config.masterKey }),
      outbound: new OutboundHttp({ allow: config.outboundAllow }),
      publicUrl: new PublicUrl(config.publicUrl),
      objects,
      queue,
      jobs: openJobStore(config, database, queue),
      credentials,
      takeToken: (account) => limiter.take(account, 'requests'),
      close: async () => {
        await queue.close();
        await limiter.close();
        await objects.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openObjects({ s3, dataDir }: Config, database: Database): Promise<ObjectStore> {
  if (!s3) return DirectoryObjectStore.open({ database: database.kysely, dataDir });
  // Loaded where it is wanted: the AWS SDK takes a fifth of the time in which the suite starts.
  const { S3CompatibleObjectStore } = await import('@lantern/store/s3-compatible');
  return new S3CompatibleObjectStore(s3, database.kysely);
}
