import { Agent } from 'node:http';
import { ComprehendClient } from '@aws-sdk/client-comprehend';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { startLantern } from '@lantern/gateway';
import type { FirstCredentials, IdentityStore } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { contractTarget, joinInstallation } from './external-suite.js';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Settings that every AWS client takes; the suite's own address and the key to call it with. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: KeyPair;
  readonly maxAttempts: number;
  /** Set where each request is to be a connection of its own. */
  readonly requestHandler?: { readonly httpAgent: Agent };
}

/** What the tests need of an installation, whoever runs it. */
export interface SuiteParts {
  readonly url: string;
  /** The keys of an account that nobody else uses. */
  readonly credentials: FirstCredentials;
  readonly identity: Pick<IdentityStore, 'createAccount' | 'createAccessKey'>;
  close(): Promise<void>;
}

/** A suite with clients for it. */
export interface Suite extends SuiteParts {
  client(keys?: KeyPair): ClientSettings;
  comprehend(keys?: KeyPair): ComprehendClient;
  s3(keys?: KeyPair): S3Client;
  sts(keys?: KeyPair): STSClient;
  /** A key of a second account, made on first use. */
  strangersKey(): Promise<KeyPair>;
}

/**
 * A whole suite in this process, on a port and a data directory of its own; or, where CONTRACT_TARGET names an
 * installation, an account on that one.
 * @param env further settings of a suite of its own
 */
export async function startSuite(name: string, env: Readonly<Record<string, string>> = {}): Promise<Suite> {
  const target = contractTarget();
  const parts = await (target ? joinInstallation(target, name) : startHere(name, env));
  const client = (credentials: KeyPair = parts.credentials): ClientSettings => ({
    endpoint: parts.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    // Behind a balancer, a write and the read after it go to different processes.
    ...(target ? { requestHandler: { httpAgent: new Agent({ keepAlive: false }) } } : {}),
  });
  let stranger: Promise<KeyPair> | undefined;
  const strangersKey = async (): Promise<KeyPair> => {
    const account = await parts.identity.createAccount('stranger');
    return parts.identity.createAccessKey(account.id);
  };
  return {
    ...parts,
    client,
    comprehend: (keys) => new ComprehendClient(client(keys)),
    s3: (keys) => new S3Client({ ...client(keys), forcePathStyle: true }),
    sts: (keys) => new STSClient(client(keys)),
    strangersKey: () => (stranger ??= strangersKey()),
  };
}

async function startHere(name: string, env: Readonly<Record<string, string>>): Promise<SuiteParts> {
  const folder = await temporaryFolder(name);
  const lantern = await startLantern({
    env: { LANTERN_DATA_DIR: folder.path, LANTERN_PORT: '0', LANTERN_LOG_LEVEL: 'error', ...env },
  });
  if (!lantern.credentials) throw new Error('a first start makes keys');
  return {
    url: lantern.url,
    credentials: lantern.credentials,
    identity: lantern.identity,
    close: async () => {
      await lantern.close();
      await folder.remove();
    },
  };
}
