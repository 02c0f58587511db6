import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { temporaryFolder } from '@lantern/testing';
import { describe, expect, it } from 'vitest';
import { freePort, startProgram, type StartedSuite } from '../support/started-suite.js';

const kills = 20;
const Bucket = 'survivors';

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A body that its key alone determines, of a length that varies. */
const bodyOf = (key: string) =>
  Buffer.alloc(1 + (createHash('md5').update(key).digest().readUInt32LE() % 200_000), key);

function clientsOf(suite: StartedSuite) {
  const settings = { endpoint: suite.url, region: 'us-east-1', credentials: suite.credentials, maxAttempts: 1 };
  return { s3: new S3Client({ ...settings, forcePathStyle: true }), sts: new STSClient(settings) };
}

/** Uploads and makes keys until the suite dies; adds to the lists only what was acknowledged. */
async function workUntilDead(suite: StartedSuite, round: number, objects: string[], keys: Key[]): Promise<void> {
  const { s3, sts } = clientsOf(suite);
  const upload = async (lane: number) => {
    for (let i = 0; ; i++) {
      const Key = `${round}/${lane}/${i}`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(Key) }));
      objects.push(Key);
    }
  };
  const makeKeys = async () => {
    for (;;) {
      const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
      if (!Credentials) throw new Error('no credentials');
      keys.push({
        accessKeyId: Credentials.AccessKeyId ?? '',
        secretAccessKey: Credentials.SecretAccessKey ?? '',
        sessionToken: Credentials.SessionToken ?? '',
      });
    }
  };
  await Promise.allSettled([upload(0), upload(1), upload(2), makeKeys()]);
}

describe('a suite that is killed', () => {
  it(`loses nothing acknowledged in ${kills} kills`, async () => {
    const folder = await temporaryFolder('killed');
    const dataDir = join(folder.path, 'data');
    const port = await freePort();
    const objects: string[] = [];
    const keys: Key[] = [];
    for (let round = 0; round < kills; round++) {
      const suite = await startProgram(dataDir, port);
      if (round === 0) await clientsOf(suite).s3.send(new CreateBucketCommand({ Bucket }));
      const dead = workUntilDead(suite, round, objects, keys);
      await new Promise((resolve) => setTimeout(resolve, 250 + ((round * 137) % 400)));
      await suite.kill();
      await dead;
    }
    expect(objects.length).toBeGreaterThan(kills);
    expect(keys.length).toBeGreaterThan(kills);

    const suite = await startProgram(dataDir, port);
    const { s3 } = clientsOf(suite);
    const lost: string[] = [];
    for (const Key of objects) {
      const back = await s3.send(new GetObjectCommand({ Bucket, Key })).then(
        ({ Body }) => Body?.transformToByteArray(),
        () => undefined,
      );
      if (!back || !Buffer.from(back).equals(bodyOf(Key))) lost.push(Key);
    }
    expect(lost).toEqual([]);
    for (const credentials of keys.filter((_, i) => i % 5 === 0)) {
      const sts = new STSClient({ endpoint: suite.url, region: 'us-east-1', credentials, maxAttempts: 1 });
      await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toBeTruthy();
    }
    expect(await suite.stop()).toBe(0);
    await folder.remove();
  });
});
