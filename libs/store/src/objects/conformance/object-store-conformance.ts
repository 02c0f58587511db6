import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksum } from '@lantern/aws-protocol';
import type { ObjectStore } from '../object-store.js';
import type { BucketRef, ListOptions } from '../object-types.js';
import { describeNotifications } from './notification-conformance.js';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();
const MIB = 1024 ** 2;

/** A started store and how to end it. */
export interface OpenedStore {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/** What every ObjectStore has to do, as tests. Call it in a spec; each test makes its own bucket. */
export function describeObjectStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    const account = '000000000000';
    const store = () => opened.store;
    const makeBucket = async (): Promise<BucketRef> => {
      const bucket = { account, bucket: `b-${randomUUID()}` };
      await store().createBucket(bucket, 'eu-central-1');
      return bucket;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    describeBuckets(store, makeBucket);
    describeReadingAndWriting(store, makeBucket);
    describeLists(store, makeBucket);
    describeMultipart(store, makeBucket);
    describeNotifications(store, makeBucket);
  });
}

type Store = () => ObjectStore;
type MakeBucket = () => Promise<BucketRef>;

function describeBuckets(store: Store, makeBucket: MakeBucket): void {
  it('refuses a second bucket of a name, and names that S3 refuses', async () => {
    const bucket = await makeBucket();
    await expect(store().createBucket(bucket, 'us-east-1')).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' });
    for (const name of ['ab', 'Upper', '..', 'a..b', '-ab', '192.168.0.1', 'x/y', 'a'.repeat(64)])
      await expect(store().createBucket({ ...bucket, bucket: name }, 'us-east-1')).rejects.toMatchObject({
        status: 400,
      });
  });

  it('keeps a bucket that has an object and removes an empty one', async () => {
    const bucket = await makeBucket();
    const object = { ...bucket, key: 'k' };
    await store().put(object, Buffer.from('x'));
    await expect(store().deleteBucket(bucket)).rejects.toMatchObject({ code: 'BucketNotEmpty', status: 409 });
    await store().delete(object);
    await store().deleteBucket(bucket);
    await expect(store().headBucket(bucket)).rejects.toMatchObject({ status: 404 });
    await expect(store().put(object, Buffer.from('x'))).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });

  it('lists buckets by name with their regions', async () => {
    const { account, bucket } = await makeBucket();
    const listed = await store().listBuckets(account);
    expect(listed.map(({ name }) => name)).toContain(bucket);
    expect((await store().headBucket({ account, bucket })).region).toMatch(/^[a-z]+(-[a-z]+)+-\d$/);
  });

  it('keeps tags of buckets and of objects', async () => {
    const bucket = await makeBucket();
    await store().setBucketTags(bucket, { team: 'north', 'a b': 'ü' });
    expect(await store().bucketTags(bucket)).toEqual({ team: 'north', 'a b': 'ü' });
    const object = { ...bucket, key: 'k' };
    await store().put(object, Buffer.from('x'), { tags: { colour: 'red' } });
    expect(await store().tags(object)).toEqual({ colour: 'red' });
    await store().setTags(object, {});
    expect(await store().tags(object)).toEqual({});
  });
}

function describeReadingAndWriting(store: Store, makeBucket: MakeBucket): void {
  it('gives back bytes, entity tag, attributes and checksums as written', async () => {
    const object = { ...(await makeBucket()), key: 'folder/ä + 100%.bin' };
    const bytes = randomBytes(700_001);
    const crc = checksum('CRC32');
    crc.update(bytes);
    const value = crc.digest().toString('base64');
    const attributes = { contentType: 'text/x', cacheControl: 'no-store', metadata: { owner: 'me' } };
    await store().put(object, Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]), {
      sizeBytes: bytes.length,
      attributes,
      checksums: { CRC32: value },
    });
    const { head, body } = await store().get(object);
    expect((await buffer(body)).equals(bytes)).toBe(true);
    expect(head).toMatchObject({
      sizeBytes: bytes.length,
      etag: md5(bytes).toString('hex'),
      attributes,
      checksums: { CRC32: value },
    });
    expect(Math.abs(Date.now() - head.lastModified.getTime())).toBeLessThan(60_000);
  });

  it.each([
    ['first and last', { first: 2, last: 4 }, 'cde'],
    ['open end', { first: 7 }, 'hij'],
    ['beyond the end', { first: 8, last: 99 }, 'ij'],
    ['suffix', { suffixBytes: 3 }, 'hij'],
    ['long suffix', { suffixBytes: 99 }, 'abcdefghij'],
  ])('reads a range: %s', async (_name, range, expected) => {
    const object = { ...(await makeBucket()), key: 'k' };
    await store().put(object, Buffer.from('abcdefghij'));
    const { body, range: answered } = await store().get(object, { range });
    expect((await buffer(body)).toString()).toBe(expected);
    expect((answered?.last ?? 0) - (answered?.first ?? 0) + 1).toBe(expected.length);
    await expect(store().get(object, { range: { first: 10 } })).rejects.toMatchObject({
      code: 'InvalidRange',
      status: 416,
    });
  });

  it('keeps the old object where a write does not fit what was announced', async () => {
    const object = { ...(await makeBucket()), key: 'k' };
    await store().put(object, Buffer.from('old'));
    const wrong = md5(Buffer.from('other')).toString('base64');
    await expect(store().put(object, Buffer.from('new'), { contentMd5: wrong })).rejects.toMatchObject({
      code: 'BadDigest',
    });
    await expect(store().put(object, Buffer.from('new'), { checksums: { CRC32: 'AAAAAA==' } })).rejects.toMatchObject({
      status: 400,
    });
    const stream = () => Readable.from([Buffer.alloc(100_000, 'n'), Buffer.from('ew')]);
    await expect(store().put(object, stream(), { sizeBytes: 100_002, contentMd5: wrong })).rejects.toMatchObject({
      code: 'BadDigest',
    });
    await expect(store().put(object, stream(), { sizeBytes: 100_003 })).rejects.toMatchObject({
      code: 'IncompleteBody',
    });
    expect((await buffer((await store().get(object)).body)).toString()).toBe('old');
  });

  it('writes under conditions', async () => {
    const object = { ...(await makeBucket()), key: 'k' };
    const ways = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((text) => store().put(object, Buffer.from(text), { ifNoneMatch: '*' })),
    );
    expect(ways.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { etag } = await store().head(object);
    await expect(store().put(object, Buffer.from('z'), { ifMatch: '"0123"' })).rejects.toMatchObject({ status: 412 });
    await store().put(object, Buffer.from('z'), { ifMatch: `"${etag}"` });
    expect((await store().head(object)).etag).toBe(md5(Buffer.from('z')).toString('hex'));
  });

  it('reads under conditions', async () => {
    const object = { ...(await makeBucket()), key: 'k' };
    const { etag, lastModified } = await store().put(object, Buffer.from('x'));
    await expect(store().get(object, { ifNoneMatch: `"${etag}"` })).rejects.toMatchObject({ status: 304 });
    await expect(store().get(object, { ifMatch: '"0123"' })).rejects.toMatchObject({ status: 412 });
    await expect(store().get(object, { ifModifiedSince: lastModified })).rejects.toMatchObject({ status: 304 });
    const before = new Date(lastModified.getTime() - 10_000);
    await expect(store().get(object, { ifUnmodifiedSince: before })).rejects.toMatchObject({ status: 412 });
    (await store().get(object, { ifMatch: etag, ifModifiedSince: before })).body.destroy();
  });

  it('copies bytes, attributes and tags, or replaces them', async () => {
    const bucket = await makeBucket();
    const from = { ...bucket, key: 'from' };
    await store().put(from, Buffer.from('data'), {
      attributes: { contentType: 'a/b', metadata: { x: '1' } },
      tags: { t: '1' },
    });
    await store().copy(from, { ...bucket, key: 'plain' });
    await store().copy(from, { ...bucket, key: 'new' }, { attributes: { contentType: 'c/d', metadata: {} }, tags: {} });
    await store().delete(from);
    const plain = await store().get({ ...bucket, key: 'plain' });
    expect((await buffer(plain.body)).toString()).toBe('data');
    expect(plain.head).toMatchObject({ attributes: { contentType: 'a/b', metadata: { x: '1' } }, nTags: 1 });
    const replaced = await store().head({ ...bucket, key: 'new' });
    expect(replaced.attributes).toMatchObject({ contentType: 'c/d', metadata: {} });
    expect(await store().tags({ ...bucket, key: 'new' })).toEqual({});
  });

  it('deletes one, many, and what is not there', async () => {
    const bucket = await makeBucket();
    for (const key of ['a', 'b', 'c']) await store().put({ ...bucket, key }, Buffer.from(key));
    await store().delete({ ...bucket, key: 'nothing' });
    await store().deleteMany(bucket, ['a', 'c', 'nothing']);
    expect((await store().list(bucket, { maxKeys: 10 })).objects.map(({ key }) => key)).toEqual(['b']);
    await expect(store().get({ ...bucket, key: 'a' })).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
  });
}

const hostileKeys = [
  '..',
  '../../x',
  '/',
  '//',
  'a/../b',
  './.',
  'A',
  'a',
  'CON',
  'ä',
  '\u{1F600}',
  '\uFFFD',
  'k'.repeat(1024),
  'tab\there',
  'a\\b',
  ' ',
];

function describeLists(store: Store, makeBucket: MakeBucket): void {
  it('keeps hostile keys apart and lists them in byte order', async () => {
    const bucket = await makeBucket();
    for (const key of hostileKeys) await store().put({ ...bucket, key }, Buffer.from(key));
    for (const key of hostileKeys) {
      const { body } = await store().get({ ...bucket, key });
      expect((await buffer(body)).toString()).toBe(key);
    }
    const { objects } = await store().list(bucket, { maxKeys: 1000 });
    const inOrder = hostileKeys.map((key) => Buffer.from(key)).sort((a, b) => a.compare(b));
    expect(objects.map(({ key }) => key)).toEqual(inOrder.map((key) => key.toString()));
    await expect(store().put({ ...bucket, key: 'k'.repeat(1025) }, Buffer.from(''))).rejects.toMatchObject({
      status: 400,
    });
  });

  it.each<[string, Omit<ListOptions, 'maxKeys'>, string[]]>([
    ['everything', {}, ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'd/', 'e']],
    ['a prefix', { prefix: 'b/' }, ['b/1', 'b/2', 'b/c/3']],
    ['a delimiter', { delimiter: '/' }, ['a', '[b/]', 'd', '[d/]', 'e']],
    ['both', { prefix: 'b/', delimiter: '/' }, ['b/1', 'b/2', '[b/c/]']],
    ['after a key', { startAfter: 'b/2' }, ['b/c/3', 'd', 'd/', 'e']],
    ['another delimiter', { delimiter: '/c' }, ['a', 'b/1', 'b/2', '[b/c]', 'd', 'd/', 'e']],
  ])('lists %s, whatever the page size', async (_name, options, expected) => {
    const bucket = await makeBucket();
    for (const key of ['e', 'd/', 'b/c/3', 'a', 'b/2', 'd', 'b/1'])
      await store().put({ ...bucket, key }, Buffer.from(key));
    for (const maxKeys of [1, 2, 3, 1000]) {
      const found: { at: string; text: string }[] = [];
      let startAfter = options.startAfter;
      for (let page = 0; page < 20; page++) {
        const list = await store().list(bucket, {
          ...options,
          maxKeys,
          ...(startAfter !== undefined && { startAfter }),
        });
        expect(list.objects.length + list.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
        found.push(...list.objects.map(({ key }) => ({ at: key, text: key })));
        found.push(...list.commonPrefixes.map((prefix) => ({ at: prefix, text: `[${prefix}]` })));
        startAfter = list.nextStartAfter;
        if (startAfter === undefined) break;
      }
      found.sort((a, b) => Buffer.compare(Buffer.from(a.at), Buffer.from(b.at)));
      expect(found.map(({ text }) => text)).toEqual(expected);
    }
  });
}

function describeMultipart(store: Store, makeBucket: MakeBucket): void {
  it('makes an object of parts, and reads it whole, by range and by part', async () => {
    const object = { ...(await makeBucket()), key: 'big' };
    const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(1000)];
    const uploadId = await store().createUpload(object, {
      attributes: { contentType: 'x/y', metadata: { m: '1' } },
      checksumAlgorithm: 'CRC64NVME',
      checksumType: 'FULL_OBJECT',
    });
    const ref = { ...object, uploadId };
    const listed = [];
    for (const [index, bytes] of parts.entries()) {
      const { etag } = await store().uploadPart(ref, index + 1, bytes, { checksumAlgorithm: 'CRC64NVME' });
      listed.push({ partNumber: index + 1, etag });
    }
    expect((await store().listParts(ref, { maxParts: 2 })).nextAfterPartNumber).toBe(2);
    expect((await store().listUploads(object, { maxUploads: 10 })).uploads).toMatchObject([{ key: 'big', uploadId }]);
    const head = await store().completeUpload(ref, listed);
    const whole = Buffer.concat(parts);
    const crc = checksum('CRC64NVME');
    crc.update(whole);
    expect(head.checksums).toEqual({ CRC64NVME: crc.digest().toString('base64') });
    expect(head.etag).toBe(`${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3`);
    expect((await buffer((await store().get(object)).body)).equals(whole)).toBe(true);
    const across = await store().get(object, { range: { first: 5 * MIB - 3, last: 10 * MIB + 3 } });
    expect((await buffer(across.body)).equals(whole.subarray(5 * MIB - 3, 10 * MIB + 4))).toBe(true);
    const third = await store().get(object, { partNumber: 3 });
    expect((await buffer(third.body)).equals(parts[2] ?? Buffer.alloc(0))).toBe(true);
    expect((await store().listUploads(object, { maxUploads: 10 })).uploads).toEqual([]);
  });

  it('refuses parts that are unknown, out of order or too small', async () => {
    const object = { ...(await makeBucket()), key: 'k' };
    const ref = { ...object, uploadId: await store().createUpload(object) };
    const [one, two] = [
      await store().uploadPart(ref, 1, Buffer.from('1')),
      await store().uploadPart(ref, 2, Buffer.from('2')),
    ];
    const complete = (...parts: { partNumber: number; etag: string }[]) => store().completeUpload(ref, parts);
    await expect(complete(two, one)).rejects.toMatchObject({ code: 'InvalidPartOrder' });
    await expect(complete(one, { partNumber: 3, etag: two.etag })).rejects.toMatchObject({ code: 'InvalidPart' });
    await expect(complete({ partNumber: 1, etag: two.etag })).rejects.toMatchObject({ code: 'InvalidPart' });
    await expect(complete(one, two)).rejects.toMatchObject({ code: 'EntityTooSmall' });
    await store().abortUpload(ref);
    await expect(store().uploadPart(ref, 1, Buffer.from('1'))).rejects.toMatchObject({
      code: 'NoSuchUpload',
      status: 404,
    });
  });
}
