import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openSecretStore, type Database } from '../index.js';

let dataDir: string;
let database: Database;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lantern-secrets-'));
  database = await openDatabase({ dataDir });
});
afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

describe('SecretStore', () => {
  const open = () => openSecretStore({ database, dataDir });

  it('keeps what the first writer made, for every process that asks at once or later', async () => {
    const name = `test/${randomUUID()}`;
    const stores = await Promise.all([open(), open(), open(), open()]);
    const made: Buffer[] = [];
    const make = () => {
      const secret = randomBytes(300);
      made.push(secret);
      return Promise.resolve(secret);
    };
    const answers = await Promise.all(stores.map((store) => store.getOrCreate(name, make)));
    const [first] = answers;
    expect(made.some((secret) => first?.equals(secret))).toBe(true);
    for (const answer of answers) expect(first?.equals(answer)).toBe(true);
    const late = await (await open()).getOrCreate(name, () => Promise.reject(new Error('made twice')));
    expect(first?.equals(late)).toBe(true);
  });

  it('stores no secret in the clear, and none that opens under another name', async () => {
    const [one, two] = [`test/${randomUUID()}`, `test/${randomUUID()}`];
    const store = await open();
    const secret = Buffer.from('a secret of many words, long enough to be found');
    await store.getOrCreate(one, () => Promise.resolve(secret));
    const row = await database.kysely
      .selectFrom('secrets')
      .select('sealed')
      .where('name', '=', one)
      .executeTakeFirstOrThrow();
    for (const form of [secret.toString(), secret.toString('base64')]) {
      expect(row.sealed.toString('latin1')).not.toContain(form);
    }
    await database.kysely.insertInto('secrets').values({ name: two, sealed: row.sealed }).execute();
    await expect(store.getOrCreate(two, () => Promise.resolve(secret))).rejects.toThrow('does not open');
  });

  it('makes nothing when making fails, so that the next caller tries again', async () => {
    const name = `test/${randomUUID()}`;
    const store = await open();
    await expect(store.getOrCreate(name, () => Promise.reject(new Error('no entropy')))).rejects.toThrow('no entropy');
    expect(await store.getOrCreate(name, () => Promise.resolve(Buffer.of(1, 0, 255)))).toEqual(Buffer.of(1, 0, 255));
  });
});
