import type { Credentials, CredentialSource } from '@lantern/aws-protocol';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.js';
import * as names from './names.js';
import { openSealer, type SealerConfig } from './open-sealer.js';
import type { Sealer } from './sealer.js';
import { TimedCache } from './timed-cache.js';

/** How long a revoked key may still work in another process. */
const CACHE_LIFETIME_MS = 5_000;
const CACHE_SIZE = 10_000;
/** Expired sessions are kept this long, so that their users are told "expired" and not "unknown". */
const SESSION_GRACE_MS = 24 * 3_600_000;
/** The user that keys belong to unless another is named. Lantern keeps no users; it is a part of the ARN. */
export const DEFAULT_USER = 'lantern';

export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** A key as it is listed: without its secret. */
export interface KeyDescription {
  readonly id: string;
  readonly account: string;
  readonly userName: string;
  readonly createdAt: Date;
}

export interface IssuedAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Temporary credentials: all three parts are needed. */
export interface IssuedSession extends IssuedAccessKey {
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

export interface SessionRequest {
  readonly account: string;
  /** Who the session's user is. */
  readonly arn: string;
  readonly userId: string;
  readonly durationSeconds: number;
}

export interface IdentityConfig extends SealerConfig {
  /** The clock in epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Opens the accounts and keys of a database.
 * @throws Error if its secrets were sealed under another master key
 */
export async function openIdentityStore(config: IdentityConfig): Promise<IdentityStore> {
  return new IdentityStore(config.database.kysely, await openSealer(config), config.now ?? Date.now);
}

/** Accounts and the credentials of their callers. Secrets are returned once, when they are made. */
export class IdentityStore implements CredentialSource {
  private readonly keys: TimedCache<Credentials>;
  private readonly apiKeys: TimedCache<Credentials>;

  constructor(
    private readonly kysely: Kysely<Tables>,
    private readonly sealer: Sealer,
    private readonly now: () => number,
  ) {
    const options = { lifetimeMs: CACHE_LIFETIME_MS, size: CACHE_SIZE, now };
    this.keys = new TimedCache(
      (id) => (id.startsWith('ASIA') ? this.loadSession(id) : this.loadAccessKey(id)),
      options,
    );
    this.apiKeys = new TimedCache((hash) => this.loadApiKey(Buffer.from(hash, 'base64')), options);
  }

  /** The same store as a part of a transaction, with nothing cached. */
  within(transaction: Kysely<Tables>): IdentityStore {
    return new IdentityStore(transaction, this.sealer, this.now);
  }

  /** At once when the key was used in the last seconds, so that verifying a request waits for nothing. */
  byAccessKeyId(id: string): Promise<Credentials | undefined> | Credentials | undefined {
    return names.isAccessKeyId(id) ? this.keys.get(id) : undefined;
  }

  byApiKey(key: string): Promise<Credentials | undefined> | Credentials | undefined {
    return key.startsWith('lk_') ? this.apiKeys.get(names.hashApiKey(key).toString('base64')) : undefined;
  }

  async createAccount(name: string): Promise<Account> {
    const insert = this.kysely
      .insertInto('accounts')
      .onConflict((conflict) => conflict.doNothing())
      .returning(['id', 'name', 'created_at as createdAt']);
    // Of 900 thousand million ids one is rarely taken twice, but it may be.
    for (;;) {
      const created = await insert.values({ id: names.newAccountId(), name }).executeTakeFirst();
      if (created) return created;
    }
  }

  listAccounts(): Promise<Account[]> {
    const columns = ['id', 'name', 'created_at as createdAt'] as const;
    return this.kysely.selectFrom('accounts').select(columns).orderBy('created_at').orderBy('id').execute();
  }

  /** @throws Error if there is no such account */
  async createAccessKey(account: string, userName = DEFAULT_USER): Promise<IssuedAccessKey> {
    await this.requireAccount(account);
    const [accessKeyId, secretAccessKey] = [names.newAccessKeyId('AKIA'), names.newSecretAccessKey()];
    const sealed_secret = this.sealer.seal(secretAccessKey, `access_keys/${accessKeyId}`);
    const row = { id: accessKeyId, account, user_name: userName, sealed_secret };
    await this.kysely.insertInto('access_keys').values(row).execute();
    return { accessKeyId, secretAccessKey };
  }

  /** @param account all accounts' if absent */
  listAccessKeys(account?: string): Promise<KeyDescription[]> {
    return this.listKeys('access_keys', account);
  }

  /** Other processes stop accepting the key within five seconds. @returns false if there was none */
  async revokeAccessKey(id: string): Promise<boolean> {
    const result = await this.kysely.deleteFrom('access_keys').where('id', '=', id).executeTakeFirst();
    this.keys.remove(id);
    return result.numDeletedRows > 0n;
  }

  /** Makes a key for `Authorization: Bearer`. Only its hash is kept. @throws Error if there is no such account */
  async createApiKey(account: string, userName = DEFAULT_USER): Promise<{ readonly id: string; readonly key: string }> {
    await this.requireAccount(account);
    const [id, key] = [names.newApiKeyId(), names.newApiKey()];
    const row = { id, account, user_name: userName, hash: names.hashApiKey(key) };
    await this.kysely.insertInto('api_keys').values(row).execute();
    return { id, key };
  }

  listApiKeys(account?: string): Promise<KeyDescription[]> {
    return this.listKeys('api_keys', account);
  }

  /** @param id as listed, not the key itself. @returns false if there was none */
  async revokeApiKey(id: string): Promise<boolean> {
    const query = this.kysely.deleteFrom('api_keys').where('id', '=', id).returning('hash');
    const removed = await query.executeTakeFirst();
    if (removed) this.apiKeys.remove(removed.hash.toString('base64'));
    return removed !== undefined;
  }

  /** Issues temporary credentials and forgets those that expired a day ago. */
  async createSession(request: SessionRequest): Promise<IssuedSession> {
    const id = names.newAccessKeyId('ASIA');
    const secrets = { secretAccessKey: names.newSecretAccessKey(), sessionToken: names.newSessionToken() };
    // AWS tells the expiry in whole seconds.
    const expiresAt = new Date(Math.floor(this.now() / 1000) * 1000 + request.durationSeconds * 1000);
    await this.kysely
      .deleteFrom('sessions')
      .where('expires_at', '<', new Date(this.now() - SESSION_GRACE_MS))
      .execute();
    await this.kysely
      .insertInto('sessions')
      .values({
        id,
        account: request.account,
        arn: request.arn,
        user_id: request.userId,
        sealed_secrets: this.sealer.seal(JSON.stringify(secrets), `sessions/${id}`),
        expires_at: expiresAt,
      })
      .execute();
    return { accessKeyId: id, ...secrets, expiresAt };
  }

  private async requireAccount(id: string): Promise<void> {
    const found = await this.kysely.selectFrom('accounts').select('id').where('id', '=', id).executeTakeFirst();
    if (!found) throw new Error(`There is no account ${id}`);
  }

  private listKeys(table: 'access_keys' | 'api_keys', account?: string): Promise<KeyDescription[]> {
    const query = this.kysely
      .selectFrom(table)
      .select(['id', 'account', 'user_name as userName', 'created_at as createdAt'])
      .orderBy('created_at')
      .orderBy('id');
    return (account === undefined ? query : query.where('account', '=', account)).execute();
  }

  private async loadAccessKey(id: string): Promise<Credentials | undefined> {
    const row = await this.kysely.selectFrom('access_keys').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) return undefined;
    const secretAccessKey = this.sealer.open(row.sealed_secret, `access_keys/${id}`);
    return { accessKeyId: id, secretAccessKey, principal: userPrincipal(row.account, row.user_name, id) };
  }

  private async loadApiKey(hash: Buffer): Promise<Credentials | undefined> {
    const query = this.kysely.selectFrom('api_keys').select(['id', 'account', 'user_name']);
    const row = await query.where('hash', '=', hash).executeTakeFirst();
    if (!row) return undefined;
    // An API key signs nothing, so there is no secret to verify a signature with.
    return { accessKeyId: row.id, secretAccessKey: '', principal: userPrincipal(row.account, row.user_name, row.id) };
  }

  private async loadSession(id: string): Promise<Credentials | undefined> {
    const row = await this.kysely.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) return undefined;
    const secrets: unknown = JSON.parse(this.sealer.open(row.sealed_secrets, `sessions/${id}`));
    if (!isSessionSecrets(secrets)) throw new Error(`The secrets of session ${id} are not in the form written here`);
    const principal = { account: row.account, arn: row.arn, userId: row.user_id, accessKeyId: id };
    return { accessKeyId: id, ...secrets, expiresAt: row.expires_at, principal };
  }
}

function userPrincipal(account: string, userName: string, accessKeyId: string): Credentials['principal'] {
  const arn = `arn:aws:iam::${account}:user/${userName}`;
  return { account, arn, userId: names.uniqueId('AIDA', arn), accessKeyId };
}

const isSessionSecrets = (value: unknown): value is { secretAccessKey: string; sessionToken: string } =>
  typeof value === 'object' &&
  value !== null &&
  'secretAccessKey' in value &&
  typeof value.secretAccessKey === 'string' &&
  'sessionToken' in value &&
  typeof value.sessionToken === 'string';
