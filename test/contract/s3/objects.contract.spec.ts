import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  NoSuchKey,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const page = (operation: string) => ({
  evidence: 'documented' as const,
  source: `https://docs.aws.amazon.com/AmazonS3/latest/API/API_${operation}.html`,
  read: '2026-11',
});
const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex');

describe('S3', () => {
  let suite: Suite;
  let s3: S3Client;
  const Bucket = `bucket-${randomUUID()}`;
  beforeAll(async () => {
    suite = await startSuite('s3');
    s3 = suite.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => suite.close());

  const put = (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const text = async (Key: string, Range?: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...(Range ? { Range } : {}) }));
    return Body?.transformToString();
  };

  contract('keeps bytes, type, metadata and ETag of an object', page('PutObject'), async () => {
    const Key = 'a b+ü(1)/ñ.txt';
    const Body = 'héllo wörld 🙂';
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain', Metadata: { colour: 'red' } }),
    );
    expect(ETag).toBe(`"${md5(Body)}"`);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      Metadata: { colour: 'red' },
      ContentLength: Buffer.byteLength(Body),
    });
    expect(await text(Key)).toBe(Body);
  });

  contract('streams an upload with a trailing checksum', page('PutObject'), async () => {
    const bytes = randomBytes(370_001);
    const Body = Readable.from([bytes.subarray(0, 65_537), bytes.subarray(65_537)]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }));
    const { Body: back } = await s3.send(new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }));
    expect(md5((await back?.transformToByteArray()) ?? '')).toBe(md5(bytes));
  });

  contract('answers byte ranges and refuses those outside', page('GetObject'), async () => {
    await put('digits', '0123456789');
    expect(await text('digits', 'bytes=2-4')).toBe('234');
    expect(await text('digits', 'bytes=7-')).toBe('789');
    expect(await text('digits', 'bytes=-2')).toBe('89');
    expect(await text('digits', 'bytes=8-99')).toBe('89');
    await expect(text('digits', 'bytes=10-')).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  contract('honours conditions', page('GetObject'), async () => {
    const { ETag } = await put('conditional', 'x');
    const get = (more: object) => s3.send(new GetObjectCommand({ Bucket, Key: 'conditional', ...more }));
    await expect(get({ IfMatch: '"no"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get({ IfMatch: ETag })).resolves.toMatchObject({ ETag });
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: 'conditional', Body: 'y', IfNoneMatch: '*' })),
    ).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  contract('names what is missing', page('GetObject'), async () => {
    await expect(text('nothing-here')).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing-here' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(s3.send(new ListObjectsV2Command({ Bucket: `none-${randomUUID()}` }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  contract('lists in byte order, by prefix, delimiter and page, in both versions', page('ListObjectsV2'), async () => {
    const keys = ['l/a', 'l/a/1', 'l/a/2', 'l/b/1', 'l/Z', 'l/é', 'l/😀'];
    for (const key of keys) await put(key, key);
    const inOrder = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: 'l/',
          MaxKeys: 2,
          ...(ContinuationToken ? { ContinuationToken } : {}),
        }),
      );
      found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(found).toEqual(inOrder);

    const grouped = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/' }));
    expect(grouped.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['l/a/', 'l/b/']);
    expect(grouped.Contents?.map(({ Key }) => Key)).toEqual(['l/Z', 'l/a', 'l/é', 'l/😀']);

    const first = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'l/', MaxKeys: 3 }));
    expect(first.IsTruncated).toBe(true);
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(inOrder.slice(0, 3));
  });

  contract('assembles a multipart upload', page('CompleteMultipartUpload'), async () => {
    const bytes = randomBytes(12_000_000);
    await new Upload({
      client: s3,
      params: { Bucket, Key: 'big', Body: Readable.from([bytes]) },
      partSize: 5 * 1024 * 1024,
    }).done();
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key: 'big' }));
    expect(ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    expect(md5((await Body?.transformToByteArray()) ?? '')).toBe(md5(bytes));
  });

  contract('lists and aborts an unfinished upload', page('AbortMultipartUpload'), async () => {
    const Key = 'unfinished';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 2, Body: 'part two' }));
    const parts = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([[2, 8]]);
    const open = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(open.Uploads?.map((upload) => upload.UploadId)).toContain(UploadId);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await expect(s3.send(new ListPartsCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  contract('copies, tags and deletes', page('CopyObject'), async () => {
    await put('from', 'copied');
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from` }));
    expect(await text('to')).toBe('copied');
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'to', Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }));
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'to' }))).TagSet).toEqual([
      { Key: 'k', Value: 'v' },
    ]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'from' }));
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'to' }, { Key: 'never-was' }] } }),
    );
    expect(Deleted?.map(({ Key }) => Key).sort()).toEqual(['never-was', 'to']);
    await expect(text('to')).rejects.toBeInstanceOf(NoSuchKey);
  });

  contract('serves and accepts presigned URLs', page('GetObject'), async () => {
    const up = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'signed' }), { expiresIn: 60 });
    expect((await fetch(up, { method: 'PUT', body: 'by url' })).status).toBe(200);
    const down = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'signed' }), { expiresIn: 60 });
    expect(await (await fetch(down)).text()).toBe('by url');
    expect((await fetch(down.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000'))).status).toBe(403);
  });

  contract('makes, locates, lists and deletes buckets', page('CreateBucket'), async () => {
    const mine = `bucket-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket: mine }));
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain(mine);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: mine }))).LocationConstraint).toBeUndefined();
    await s3.send(new PutObjectCommand({ Bucket: mine, Key: 'k', Body: '' }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket: mine }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket: mine, Key: 'k' }));
    await s3.send(new DeleteBucketCommand({ Bucket: mine }));
    await expect(s3.send(new CreateBucketCommand({ Bucket: 'No_Such_Name' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  contract(
    'keeps hostile keys inside their bucket',
    { evidence: 'ours', source: 'A key is never a path', read: '2026-11' },
    async () => {
      const keys = ['../../escape', '/etc/passwd', 'a/../../b', './.', 'x\\..\\y', 'k'.repeat(1024)];
      for (const key of keys) {
        const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: key }), { expiresIn: 60 });
        expect(url).toContain(Bucket);
        await put(key, `content of ${key}`);
        expect(await text(key)).toBe(`content of ${key}`);
      }
      await expect(put('k'.repeat(1025), 'too long')).rejects.toMatchObject({ name: 'KeyTooLongError' });
    },
  );
});
