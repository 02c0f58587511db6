import { expect, it } from 'vitest';
import type { BucketChange, BucketNotifications } from '../object-changes.js';
import type { ObjectStore } from '../object-store.js';
import type { BucketRef } from '../object-types.js';

const notifications: BucketNotifications = {
  targets: [
    {
      id: 'one',
      kind: 'queue',
      arn: 'arn:aws:sqs:us-east-1:000000000000:q',
      events: ['s3:ObjectCreated:*'],
      suffix: '.txt',
    },
  ],
  isOnEventBridge: true,
};
const cause = { principalId: 'AIDAONE', requestId: 'r-1', sourceAddress: '192.0.2.1' };

/** What every ObjectStore has to do with notifications. */
export function describeNotifications(store: () => ObjectStore, makeBucket: () => Promise<BucketRef>): void {
  /** Keeps what is told of one bucket, beside other tests. */
  const record = (bucket: BucketRef): BucketChange[] => {
    const told: BucketChange[] = [];
    store().tellBy({
      changed: async (_transaction, change) => {
        if (change.bucket.bucket === bucket.bucket) told.push(change);
      },
    });
    return told;
  };
  const watched = async () => {
    const bucket = await makeBucket();
    await store().setNotifications(bucket, notifications);
    return { bucket, told: record(bucket) };
  };

  it('keeps who is told of changes in a bucket, and forgets it with the bucket', async () => {
    const bucket = await makeBucket();
    expect(await store().notifications(bucket)).toBeUndefined();
    await store().setNotifications(bucket, notifications);
    expect(await store().notifications(bucket)).toEqual(notifications);
    await store().deleteBucket(bucket);
    await expect(store().notifications(bucket)).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(store().setNotifications(bucket, notifications)).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await store().createBucket(bucket, 'eu-central-1');
    expect(await store().notifications(bucket)).toBeUndefined();
    await store().setNotifications(bucket, notifications);
    await store().setNotifications(bucket, undefined);
    expect(await store().notifications(bucket)).toBeUndefined();
  });

  it('tells of every kind of change, with what it made and who made it', async () => {
    const { bucket, told } = await watched();
    const object = { ...bucket, key: 'a b.txt' };
    const { etag } = await store().put(object, Buffer.from('hello'), { cause });
    await store().setTags(object, { a: 'b' }, { cause });
    await store().setTags(object, {});
    await store().copy(object, { ...bucket, key: 'copy' }, { cause });
    const uploadId = await store().createUpload({ ...bucket, key: 'parts' });
    const upload = { ...bucket, key: 'parts', uploadId };
    const part = await store().uploadPart(upload, 1, Buffer.from('part'));
    const whole = await store().completeUpload(upload, [{ partNumber: 1, etag: part.etag }], { cause });
    await store().delete(object, { cause });
    await store().deleteMany(bucket, ['copy', 'parts'], { cause });
    expect(told.flatMap(({ changes }) => changes.map(({ kind, key }) => [kind, key]))).toEqual([
      ['put', 'a b.txt'],
      ['tag', 'a b.txt'],
      ['untag', 'a b.txt'],
      ['copy', 'copy'],
      ['complete-upload', 'parts'],
      ['delete', 'a b.txt'],
      ['delete', 'copy'],
      ['delete', 'parts'],
    ]);
    expect(told[0]).toMatchObject({ bucket, notifications, cause, changes: [{ etag, sizeBytes: 5 }] });
    expect(told[0]?.bucket.region).toBe((await store().headBucket(bucket)).region);
    expect(told[2]?.cause).toBeUndefined();
    expect(told[4]?.changes[0]).toMatchObject({ etag: whole.etag, sizeBytes: 4 });
    expect(told[5]?.changes[0]).not.toHaveProperty('etag');
    expect(Math.abs(Date.now() - (told[0]?.changes[0]?.at.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('tells nothing of a write that is refused', async () => {
    const { bucket, told } = await watched();
    const object = { ...bucket, key: 'k' };
    await store().put(object, Buffer.from('x'));
    await expect(store().put(object, Buffer.from('y'), { ifNoneMatch: '*' })).rejects.toMatchObject({ status: 412 });
    await expect(store().put(object, Buffer.from('y'), { contentMd5: 'AAAA' })).rejects.toThrow();
    expect(told).toHaveLength(1);
  });

  it('does not answer a change that could not be told of', async () => {
    const { bucket } = await watched();
    store().tellBy({ changed: () => Promise.reject(new Error('deaf')) });
    await expect(store().put({ ...bucket, key: 'k' }, Buffer.from('x'))).rejects.toThrow('deaf');
  });
}
