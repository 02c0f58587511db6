import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../database/database.js';
import { readIfThere, writePrivateFile } from '../private-files.js';
import type { IdentityStore } from './identity-store.js';

/** What the first start made, as `credentials.json` holds it. */
export interface FirstCredentials {
  readonly account: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** For `Authorization: Bearer`. */
  readonly apiKey: string;
}

/** The account's name. */
const FIRST_ACCOUNT = 'main';
/** Any number that no other program on the server takes for an advisory lock. */
const LOCK = 0x1a47e217;

/**
 * Makes an account, an access key and an API key where the database has no account yet, and writes them to
 * `<dataDir>/credentials.json` (mode 0600). On later starts it reads that file. One process does it when several start.
 * @returns undefined if there are accounts but no usable file: it was removed, its key revoked, or another machine has it
 */
export async function firstStart(
  database: Database,
  identity: IdentityStore,
  dataDir: string,
): Promise<FirstCredentials | undefined> {
  const path = join(dataDir, 'credentials.json');
  return database.kysely.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    const within = identity.within(transaction);
    if ((await within.listAccounts()).length > 0) return readExisting(path, identity);
    const account = (await within.createAccount(FIRST_ACCOUNT)).id;
    const accessKey = await within.createAccessKey(account);
    const apiKey = (await within.createApiKey(account)).key;
    const credentials = { account, ...accessKey, apiKey };
    // Before the commit: a kill in between leaves a file that the next start replaces, and never keys that nobody knows.
    await writePrivateFile(path, `${JSON.stringify(credentials, undefined, 2)}\n`);
    return credentials;
  });
}

async function readExisting(path: string, identity: IdentityStore): Promise<FirstCredentials | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const found: unknown = JSON.parse(text);
  if (!isFirstCredentials(found))
    throw new Error(`${path} is damaged: remove it, and make a key with \`lantern keys\``);
  // The file may outlive its key: revoked, or of another database.
  return (await identity.byAccessKeyId(found.accessKeyId)) ? found : undefined;
}

const isFirstCredentials = (value: unknown): value is FirstCredentials =>
  typeof value === 'object' &&
  value !== null &&
  ['account', 'accessKeyId', 'secretAccessKey', 'apiKey'].every(
    (name) => typeof Object.getOwnPropertyDescriptor(value, name)?.value === 'string',
  );
