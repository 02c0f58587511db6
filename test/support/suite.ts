import { ComprehendClient } from '@aws-sdk/client-comprehend';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { startLantern, type Lantern } from '@lantern/gateway';
import type { FirstCredentials } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';

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
}

/** A whole suite in this process, on a port and a data directory of its own. */
export interface Suite {
  readonly lantern: Lantern;
  readonly url: string;
  /** The keys of the suite's first account. */
  readonly credentials: FirstCredentials;
  client(keys?: KeyPair): ClientSettings;
  comprehend(keys?: KeyPair): ComprehendClient;
  s3(keys?: KeyPair): S3Client;
  sts(keys?: KeyPair): STSClient;
  /** A key of a second account, made on first use. */
  strangersKey(): Promise<KeyPair>;
  close(): Promise<void>;
}

export async function startSuite(name: string): Promise<Suite> {
  const folder = await temporaryFolder(name);
  const lantern = await startLantern({
    env: { LANTERN_DATA_DIR: folder.path, LANTERN_PORT: '0', LANTERN_LOG_LEVEL: 'error' },
  });
  const first = lantern.credentials;
  if (!first) throw new Error('a first start makes keys');
  const client = (credentials: KeyPair = first): ClientSettings => ({
    endpoint: lantern.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  let stranger: Promise<KeyPair> | undefined;
  const strangersKey = async (): Promise<KeyPair> => {
    const account = await lantern.identity.createAccount('stranger');
    return lantern.identity.createAccessKey(account.id);
  };
  return {
    lantern,
    url: lantern.url,
    credentials: first,
    client,
    comprehend: (keys) => new ComprehendClient(client(keys)),
    s3: (keys) => new S3Client({ ...client(keys), forcePathStyle: true }),
    sts: (keys) => new STSClient(client(keys)),
    strangersKey: () => (stranger ??= strangersKey()),
    close: async () => {
      await lantern.close();
      await folder.remove();
    },
  };
}
