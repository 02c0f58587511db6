import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobStore } from './blob-store.js';

/** printf 'weights' | sha256sum */
const weights = '9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c';

describe('BlobStore', () => {
  let folder: string;
  let blobs: BlobStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-blobs-'));
    blobs = new BlobStore(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const bytes = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

  it('names content by its digest', async () => {
    const kept = await blobs.write(bytes('wei', 'ghts'));
    expect(kept).toEqual({ sha256: weights, sizeBytes: 7 });
    expect(await readFile(join(folder, 'blobs', `sha256-${weights}`), 'utf8')).toBe('weights');
    expect([await blobs.list(), await blobs.sizeOf(weights), await blobs.isIntact(weights)]).toEqual([[weights], 7, true]);
  });

  it('keeps nothing of other content than expected, of too much, or of what breaks off', async () => {
    await expect(blobs.write(bytes('weight'), { expected: weights, label: 'a.onnx' })).rejects.toThrow(
      /^a\.onnx has other content than expected: SHA-256 [0-9a-f]{64} instead of 9a12/,
    );
    await expect(blobs.write(bytes('wei', 'ghts'), { maxBytes: 6 })).rejects.toThrow('larger than 6 bytes');
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('wei');
        throw new Error('unplugged');
      })(),
    );
    await expect(blobs.write(broken)).rejects.toThrow('unplugged');
    expect([await blobs.list(), await readdir(join(folder, 'incoming'))]).toEqual([[], []]);
  });

  it('sees content that was changed in its place', async () => {
    await blobs.write(bytes('weights'));
    await writeFile(blobs.pathOf(weights), 'weighty');
    expect([await blobs.has(weights), await blobs.isIntact(weights)]).toEqual([true, false]);
  });

  it.each(['', '..', '../../etc/passwd', weights.toUpperCase(), `${weights}/..`, `${weights}0`, weights.slice(1)])(
    'makes no path of %j',
    async (text) => {
      expect(() => blobs.pathOf(text)).toThrow('is not a SHA-256 digest');
      await expect(blobs.has(text)).rejects.toThrow('is not a SHA-256 digest');
      await expect(blobs.remove(text)).rejects.toThrow('is not a SHA-256 digest');
    },
  );
});
