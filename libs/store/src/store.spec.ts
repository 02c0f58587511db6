import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blockSize,
  firstStart,
  InvalidPageTokenError,
  openDatabase,
  openIdentityStore,
  RateLimiter,
  RecordConflictError,
  RecordExistsError,
  RecordStore,
  type Database,
  type IdentityStore,
} from './index.js';

// One server for all stores, because a start is most of the time that these tests take.
let dataDir: string;
let database: Database;
let clock = Date.now();
let identity: IdentityStore;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lantern-store-'));
  database = await openDatabase({ dataDir });
  identity = await openIdentityStore({ database, dataDir, now: () => clock });
});
afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

describe('the first start', () => {
  it('makes one account with keys that work, in a private file, also when two processes start at once', async () => {
    const both = await Promise.all([1, 2].map(() => firstStart(database, identity, dataDir)));
    const [first, second] = both;
    expect(first).toEqual(second);
    expect(await identity.listAccounts()).toHaveLength(1);
    const path = join(dataDir, 'credentials.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(first);
    const { account = '', accessKeyId = '', secretAccessKey, apiKey = '' } = first ?? {};
    expect(account).toMatch(/^[1-9]\d{11}$/);
    expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(await identity.byAccessKeyId(accessKeyId)).toMatchObject({ secretAccessKey, principal: { account } });
    expect(await identity.byApiKey(apiKey)).toMatchObject({ principal: { account } });
  });

  it('reads the same file later, and makes nothing new once the file was removed', async () => {
    const before = await firstStart(database, identity, dataDir);
    expect(before).toBeDefined();
    await rm(join(dataDir, 'credentials.json'));
    expect(await firstStart(database, identity, dataDir)).toBeUndefined();
    expect(await identity.listAccounts()).toHaveLength(1);
  });
});

describe('IdentityStore', () => {
  const newKey = async () => identity.createAccessKey((await identity.createAccount(randomUUID())).id);

  it('answers a key it has just seen without a promise, and unknown ones too', async () => {
    const { accessKeyId, secretAccessKey } = await newKey();
    await identity.byAccessKeyId(accessKeyId);
    expect(identity.byAccessKeyId(accessKeyId)).toMatchObject({ accessKeyId, secretAccessKey });
    await identity.byAccessKeyId('AKIAAAAAAAAAAAAAAAAA');
    expect(identity.byAccessKeyId('AKIAAAAAAAAAAAAAAAAA')).toBeUndefined();
    expect(identity.byAccessKeyId("' or true --")).toBeUndefined();
  });

  it('forgets a revoked key at once, and in another process within five seconds', async () => {
    const { accessKeyId } = await newKey();
    const other = await openIdentityStore({ database, dataDir, now: () => clock });
    for (const store of [identity, other]) expect(await store.byAccessKeyId(accessKeyId)).toBeDefined();
    expect(await identity.revokeAccessKey(accessKeyId)).toBe(true);
    expect(await identity.byAccessKeyId(accessKeyId)).toBeUndefined();
    expect(other.byAccessKeyId(accessKeyId)).toMatchObject({ accessKeyId });
    clock += 5_000;
    expect(await other.byAccessKeyId(accessKeyId)).toBeUndefined();
    expect(await identity.revokeAccessKey(accessKeyId)).toBe(false);
  });

  it('revokes an API key by its id, and lists keys of one account without secrets', async () => {
    const account = (await identity.createAccount('team')).id;
    const { id, key } = await identity.createApiKey(account);
    expect(await identity.byApiKey(key)).toMatchObject({ principal: { account } });
    const listed = await identity.listApiKeys(account);
    expect(listed.map((entry) => entry.id)).toEqual([id]);
    expect(JSON.stringify(listed)).not.toContain(key);
    expect(await identity.revokeApiKey(id)).toBe(true);
    expect(await identity.byApiKey(key)).toBeUndefined();
  });

  it('issues sessions of the asked length, and forgets those that expired a day ago', async () => {
    const account = (await identity.createAccount('sessions')).id;
    const who = { account, arn: `arn:aws:sts::${account}:assumed-role/r/s`, userId: 'AROAX:s' };
    const session = await identity.createSession({ ...who, durationSeconds: 900 });
    expect(session.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(session.expiresAt.getTime()).toBe(Math.floor(clock / 1000) * 1000 + 900_000);
    expect(await identity.byAccessKeyId(session.accessKeyId)).toEqual({
      ...session,
      principal: { ...who, accessKeyId: session.accessKeyId },
    });
    clock += (24 * 3600 + 901) * 1000;
    await identity.createSession({ ...who, durationSeconds: 900 });
    expect(await identity.byAccessKeyId(session.accessKeyId)).toBeUndefined();
  });

  it('keeps no secret in the database', async () => {
    const account = (await identity.createAccount('sealed')).id;
    const [key, api] = [await identity.createAccessKey(account), await identity.createApiKey(account)];
    const session = await identity.createSession({ account, arn: 'a', userId: 'u', durationSeconds: 900 });
    const tables = ['access_keys', 'api_keys', 'sessions'].map((name) => sql.table(`lantern.${name}`));
    const rows = await Promise.all(tables.map((table) => sql<object>`select * from ${table}`.execute(database.kysely)));
    const bytes = rows.flatMap((result) => result.rows.flatMap((row) => Object.values(row).map(toText))).join('\n');
    expect(bytes).toContain(key.accessKeyId);
    for (const secret of [key.secretAccessKey, api.key, session.secretAccessKey, session.sessionToken]) {
      expect(bytes).not.toContain(secret);
    }
  });

  it('refuses to open under another master key', async () => {
    const opening = openIdentityStore({ database, dataDir, masterKey: 'ab'.repeat(32) });
    await expect(opening).rejects.toThrow('another master key');
    await expect(openIdentityStore({ database, dataDir, masterKey: 'short' })).rejects.toThrow('32 bytes');
  });

  it('makes no key for an account that does not exist', async () => {
    await expect(identity.createAccessKey('000000000000')).rejects.toThrow('no account 000000000000');
  });
});

describe('RateLimiter', () => {
  const admitted = async (limiters: readonly RateLimiter[], account: string, forMs: number): Promise<number> => {
    let count = 0;
    for (const end = performance.now() + forMs; performance.now() < end; await sleep(1)) {
      for (const limiter of limiters) while (limiter.take(account, 'calls') === true && count < 10_000) count += 1;
    }
    await Promise.all(limiters.map((limiter) => limiter.close()));
    return count;
  };

  it('holds one limit over two processes to within a block of each', async () => {
    const limit = { ratePerSecond: 50, burst: 80 };
    const limiters = [new RateLimiter(database, limit), new RateLimiter(database, limit)];
    const began = performance.now();
    const count = await admitted(limiters, randomUUID(), 1_500);
    const due = limit.burst + ((performance.now() - began) / 1000) * limit.ratePerSecond;
    expect(count).toBeGreaterThan(limit.burst);
    expect(count).toBeLessThanOrEqual(Math.ceil(due) + 2 * blockSize(limit));
  });

  it('charges later what it admitted before it could ask', async () => {
    const limit = { ratePerSecond: 0.001, burst: 16 };
    const account = randomUUID();
    const limiter = new RateLimiter(database, limit);
    expect(await admitted([limiter], account, 300)).toBeLessThanOrEqual(limit.burst + blockSize(limit));
    const refused = limiter.take(account, 'calls');
    expect(refused).not.toBe(true);
    expect(refused === true ? 0 : refused.retryAfterMs).toBeGreaterThan(100_000);
    expect(limiter.take(randomUUID(), 'calls')).toBe(true);
    await limiter.close();
  });

  it('limits nothing at a rate of 0, and gives a bucket its own limit', async () => {
    const limiter = new RateLimiter(database, { ratePerSecond: 0, buckets: { rare: { ratePerSecond: 1, burst: 1 } } });
    expect(Array.from({ length: 5_000 }, () => limiter.take('a', 'any')).every((taken) => taken === true)).toBe(true);
    const rare = Array.from({ length: 3 }, () => limiter.take(dataDir, 'rare'));
    expect(rare.map((taken) => taken === true)).toEqual([true, false, false]);
    await limiter.close();
  });

  it('waits, and says so, when the database does not answer', async () => {
    const gone = await openDatabase({ dataDir });
    await gone.close();
    const errors: unknown[] = [];
    const limit = { ratePerSecond: 10, burst: 16, onError: (error: unknown) => errors.push(error) };
    const limiter = new RateLimiter(gone, limit);
    expect(await admitted([limiter], 'x', 50)).toBe(blockSize(limit));
    expect(errors.length).toBeGreaterThan(0);
    expect(limiter.take('x', 'calls')).not.toBe(true);
  });
});

describe('RecordStore', () => {
  const scope = { account: '111111111111', region: 'us-east-1' };
  const stranger = { account: '222222222222', region: 'us-east-1' };
  const makeStore = () => new RecordStore<{ text: string }>(database, `test/${randomUUID()}`);

  it('gives back what was put, to the letter, and counts versions', async () => {
    const store = makeStore();
    const text = 'a\u0000b \ud83d\ude00 "\\ \u2028';
    expect(await store.create(scope, 'one', { text })).toMatchObject({ name: 'one', version: 1, document: { text } });
    await expect(store.create(scope, 'one', { text: '' })).rejects.toBeInstanceOf(RecordExistsError);
    expect((await store.put(scope, 'one', { text: 'two' })).version).toBe(2);
    expect((await store.get(scope, 'one'))?.document).toEqual({ text: 'two' });
  });

  it("never sees another account's, another region's or another kind's records", async () => {
    const store = makeStore();
    await store.put(scope, 'mine', { text: 'x' });
    for (const other of [stranger, { ...scope, region: 'eu-west-1' }]) {
      expect(await store.get(other, 'mine')).toBeUndefined();
      expect((await store.list(other, { size: 10 })).items).toEqual([]);
      expect(await store.update(other, 'mine', (document) => document)).toBeUndefined();
      expect(await store.delete(other, 'mine')).toBe(false);
    }
    expect(await makeStore().get(scope, 'mine')).toBeUndefined();
    expect(await store.delete(scope, 'mine')).toBe(true);
  });

  it('refuses a change to a version that is gone, and loses none of many changes at once', async () => {
    const store = makeStore();
    await store.put(scope, 'count', { text: '' });
    await store.replace(scope, 'count', 1, { text: 'a' });
    await expect(store.replace(scope, 'count', 1, { text: 'b' })).rejects.toBeInstanceOf(RecordConflictError);
    const changes = Array.from({ length: 8 }, () => store.update(scope, 'count', ({ text }) => ({ text: `${text}x` })));
    await Promise.all(changes);
    expect(await store.get(scope, 'count')).toMatchObject({ version: 10, document: { text: `a${'x'.repeat(8)}` } });
  });

  it('pages through all names in byte order, once each, and refuses tokens of other lists', async () => {
    const store = makeStore();
    const names = ['b', 'a', 'Z', 'é', 'a_1', 'a%'];
    for (const name of names) await store.put(scope, name, { text: name });
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = await store.list(scope, { size: 2, token });
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...page.items.map(({ name }) => name));
      token = page.nextToken;
    } while (token !== undefined);
    expect(seen).toEqual(['Z', 'a', 'a%', 'a_1', 'b', 'é']);
    expect((await store.list(scope, { size: 9, prefix: 'a_' })).items.map(({ name }) => name)).toEqual(['a_1']);
    const { nextToken } = await store.list(scope, { size: 2 });
    expect(nextToken).toBeDefined();
    for (const wrong of [nextToken?.slice(1), '', 'e30']) {
      await expect(store.list(scope, { size: 2, token: wrong ?? '' })).rejects.toBeInstanceOf(InvalidPageTokenError);
    }
    await expect(store.list(stranger, { size: 2, token: nextToken })).rejects.toBeInstanceOf(InvalidPageTokenError);
  });
});

const toText = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value));
