import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { temporaryFolder } from '@lantern/testing';
import { describe, expect, it } from 'vitest';
import { freePort, startProgram } from '../support/started-suite.js';

const mebibyte = 1024 * 1024;
/** `LANTERN_LARGE_OBJECT_MIB=5120` makes it the full 5 GB. */
const sizeMiB = Number(process.env.LANTERN_LARGE_OBJECT_MIB ?? 512);
const residentMiB = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe.skipIf(process.platform !== 'linux')('a large object', () => {
  it(`of ${sizeMiB} MiB streams in and out with flat memory`, async () => {
    const folder = await temporaryFolder('large');
    const suite = await startProgram(join(folder.path, 'data'), await freePort());
    const s3 = new S3Client({
      endpoint: suite.url,
      region: 'us-east-1',
      credentials: suite.credentials,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'large' }));
    await s3.send(
      new PutObjectCommand({
        Bucket: 'large',
        Key: 'warm',
        Body: Readable.from([Buffer.alloc(mebibyte)]),
        ContentLength: mebibyte,
      }),
    );
    const before = residentMiB(suite.pid);

    const block = Buffer.alloc(mebibyte, 'lantern');
    const sent = createHash('sha1');
    function* blocks() {
      for (let i = 0; i < sizeMiB; i++) {
        block.writeUInt32LE(i, 0);
        sent.update(block);
        yield Buffer.from(block);
      }
    }
    await s3.send(
      new PutObjectCommand({
        Bucket: 'large',
        Key: 'object',
        Body: Readable.from(blocks()),
        ContentLength: sizeMiB * mebibyte,
      }),
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'large', Key: 'object' }));
    const received = createHash('sha1');
    for await (const chunk of Body as Readable) received.update(chunk as Buffer);

    expect(received.digest('hex')).toBe(sent.digest('hex'));
    const growth = residentMiB(suite.pid) - before;
    console.log(`${sizeMiB} MiB through: peak memory grew by ${growth.toFixed(0)} MiB`);
    expect(growth).toBeLessThan(150);
    await suite.stop();
    await folder.remove();
  });
});
