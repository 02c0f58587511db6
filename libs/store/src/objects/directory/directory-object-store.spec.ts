import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../database/database.js';
import { describeObjectStore } from '../conformance/object-store-conformance.js';
import { DirectoryObjectStore } from './directory-object-store.js';

async function open() {
  const dataDir = await mkdtemp(join(tmpdir(), 'lantern-objects-'));
  const database = await openDatabase({ dataDir });
  const store = await DirectoryObjectStore.open({ dataDir, database: database.kysely });
  const close = async () => {
    await store.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { dataDir, database, store, close };
}

describeObjectStore('DirectoryObjectStore', open);

describe('the directory', () => {
  let dataDir: string;
  let database: Database;
  let store: DirectoryObjectStore;
  let close: () => Promise<void>;
  const bucket = { account: '111111111111', bucket: 'photos' };
  const files = async (folder: string) =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  beforeAll(async () => {
    ({ dataDir, database, store, close } = await open());
    await store.createBucket(bucket, 'us-east-1');
  });
  afterAll(() => close());

  it('holds exactly the files that the index names, however often objects are replaced', async () => {
    const object = { ...bucket, key: '../../../../etc/passwd\u0000' };
    for (let round = 0; round < 3; round++) await store.put(object, Buffer.from(`round ${round}`));
    await store.copy(object, { ...bucket, key: 'copy' });
    await expect(store.put(object, Buffer.from('x'), { ifMatch: '"none"' })).rejects.toThrow();
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('the client left');
      })(),
    );
    await expect(store.put(object, broken)).rejects.toThrow('the client left');
    expect(await files(join(dataDir, 'objects', bucket.account, bucket.bucket))).toHaveLength(2);
    expect(await files(join(dataDir, 'objects', bucket.account))).toHaveLength(2);
    expect((await store.list(bucket, { maxKeys: 9 })).objects.map(({ key }) => key)).toEqual([object.key, 'copy']);
  });

  it('lets a reader finish the object that is replaced meanwhile', async () => {
    const object = { ...bucket, key: 'slow' };
    const old = Buffer.alloc(3_000_000, 'o');
    await store.put(object, old);
    const { body } = await store.get(object);
    await store.put(object, Buffer.from('new'));
    expect((await buffer(body)).equals(old)).toBe(true);
  });

  it('sweeps what a killed process left, and nothing else', async () => {
    const object = { ...bucket, key: 'kept' };
    await store.put(object, Buffer.from('kept'));
    await store.close();
    const folder = join(dataDir, 'objects', bucket.account, bucket.bucket, 'ab');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `ab${'0'.repeat(30)}`), 'garbage');
    const before = (await files(join(dataDir, 'objects', bucket.account))).length;
    store = await DirectoryObjectStore.open({ dataDir, database: database.kysely });
    expect(store.swept.nRemoved).toBe(1);
    expect(await files(join(dataDir, 'objects', bucket.account))).toHaveLength(before - 1);
    expect((await buffer((await store.get(object)).body)).toString()).toBe('kept');
  });

  it('spares young files while another store is open', async () => {
    const folder = join(dataDir, 'objects', bucket.account, bucket.bucket, 'cd');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `cd${'0'.repeat(30)}`), 'on its way');
    const second = await DirectoryObjectStore.open({ dataDir, database: database.kysely });
    expect(second.swept.nRemoved).toBe(0);
    await second.close();
  });

  it('makes no change that could not be told of: both stand or fall together', async () => {
    const watched = { account: bucket.account, bucket: 'watched' };
    const object = { ...watched, key: 'k' };
    await store.createBucket(watched, 'us-east-1');
    await store.put(object, Buffer.from('old'));
    await store.setNotifications(watched, { targets: [], isOnEventBridge: true });
    await expect(store.put(object, Buffer.from('new'))).rejects.toThrow('nobody to tell');
    store.tellBy({ changed: () => Promise.reject(new Error('deaf')) });
    await expect(store.put(object, Buffer.from('new'))).rejects.toThrow('deaf');
    await expect(store.delete(object)).rejects.toThrow('deaf');
    await expect(store.deleteMany(watched, ['k'])).rejects.toThrow('deaf');
    await expect(store.put({ ...watched, key: 'other' }, Buffer.from('new'))).rejects.toThrow('deaf');
    expect((await store.list(watched, { maxKeys: 9 })).objects.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([
      ['k', 3],
    ]);
    expect(await buffer((await store.get(object)).body)).toEqual(Buffer.from('old'));
  });

  it('records the region of a bucket', async () => {
    await store.createBucket({ ...bucket, bucket: 'elsewhere' }, 'eu-central-1');
    expect((await store.headBucket({ ...bucket, bucket: 'elsewhere' })).region).toBe('eu-central-1');
  });

  it('keeps accounts apart', async () => {
    const other = { account: '222222222222', bucket: 'photos' };
    await expect(store.list(other, { maxKeys: 1 })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await store.createBucket(other, 'us-east-1');
    expect((await store.list(other, { maxKeys: 1 })).objects).toEqual([]);
  });
});
