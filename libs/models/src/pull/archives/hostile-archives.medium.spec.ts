import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveFormat, CatalogueFile } from '../../catalogue/entry.js';
import { BlobStore } from '../../store/blob-store.js';
import { noise, sha256Of } from '../loopback-mirror.fixture.js';
import type { ArchiveLimits } from './limits.js';
import { unpackMembers } from './unpack.js';
import { zipOf } from './zip.fixture.js';

/** Real: the readers, the store's files. Double: the archives, which are damaged here, the same on every run. */

const model = noise(3_000, 4);
const tokens = Buffer.from('a\nb\n');
const names = ['release/model.onnx', 'release/tokens.txt'] as const;

async function tarOf(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'release/', type: 'directory' });
  archive.entry({ name: `release/${'long/'.repeat(40)}x` }, 'x');
  archive.entry({ name: names[0] }, model);
  archive.entry({ name: names[1] }, tokens);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** An archive of bzip2's own, with members of the same names: nobody writes bzip2 in JavaScript. */
function goldenTarBz2(): Buffer {
  const golden = new URL('../../../src/pull/archives/golden/bzip2.json', import.meta.url);
  const cases = JSON.parse(readFileSync(golden, 'utf8')) as { name: string; packed: string }[];
  return Buffer.from(cases.find(({ name }) => name === 'a tar archive')?.packed ?? '', 'base64');
}

/** Damages of one archive: truncations, flipped bits, overwritten runs, bytes put in and left out. */
function* damages(whole: Buffer, count: number): Generator<Buffer> {
  let state = whole.length;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < count; i++) {
    const at = below(whole.length);
    const length = 1 + below(40);
    const changed = Buffer.from(whole);
    switch (i % 5) {
      case 0:
        yield whole.subarray(0, at);
        break;
      case 1:
        changed[at]! ^= 1 << below(8);
        yield changed;
        break;
      case 2:
        changed.fill([0, 0xff, 0x20, 0x37][below(4)]!, at, Math.min(at + length, whole.length));
        yield changed;
        break;
      case 3:
        yield Buffer.concat([whole.subarray(0, at), noise(length, i + 1), whole.subarray(at)]);
        break;
      default:
        yield Buffer.concat([whole.subarray(0, at), whole.subarray(at + length)]);
    }
  }
}

describe('hostile archives', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-hostile-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const members: CatalogueFile[] = names.map((member, i) => ({
    path: `file-${i}`,
    sha256: undefined,
    sizeBytes: undefined,
    origin: { kind: 'member', archive: 'release', member },
  }));

  const tight = { maxBytes: 2e6, maxMembers: 100 };

  async function unpack(bytes: Buffer, format: ArchiveFormat, blobs: BlobStore, limits: Partial<ArchiveLimits> = tight, wanted = members) {
    const path = join(folder, 'archive');
    await writeFile(path, bytes);
    const { signal } = new AbortController();
    return unpackMembers(path, { label: 'small/release', format, members: wanted, blobs, signal, limits });
  }

  it.each([
    ['tar.gz', async () => gzipSync(await tarOf())],
    // Stored, so that damages reach the headers instead of the compression.
    ['tar.gz', async () => gzipSync(await tarOf(), { level: 0 })],
    ['tar.bz2', async () => goldenTarBz2()],
    ['zip', async () => zipOf([{ name: names[0], content: model }, { name: names[1], content: tokens }])],
  ] as const)(
    'ends each of 500 damaged %s archives with the members or a sentence, and writes nothing else',
    async (format, make) => {
      const whole = await make();
      const before = await readdir(folder);
      const errors = new Map<string, number>();
      let nWhole = 0;
      const started = process.memoryUsage().rss;
      let i = 0;
      for (const bytes of damages(whole, 500)) {
        const blobs = new BlobStore(join(folder, `store-${i++}`));
        try {
          const files = await unpack(bytes, format, blobs);
          expect(files.map(({ sizeBytes }) => sizeBytes).every((size) => size >= 0 && size <= 2e6)).toBe(true);
          for (const { sha256 } of files) expect(await blobs.isIntact(sha256)).toBe(true);
          nWhole++;
        } catch (error) {
          // A sentence of ours, never a TypeError from the depths.
          expect(error, String(error)).toMatchObject({ name: 'ArchiveError', message: expect.stringMatching(/^small\/release /) as string });
          const kind = String(error).replace(/[0-9]+|".*"/g, '#');
          errors.set(kind, (errors.get(kind) ?? 0) + 1);
        }
        expect(await readdir(blobs.incoming).catch(() => [])).toEqual([]);
        await rm(join(folder, `store-${i - 1}`), { recursive: true, force: true });
      }
      expect(errors.size).toBeGreaterThan(3);
      expect([...errors.values()].reduce((sum, count) => sum + count, nWhole)).toBe(500);
      expect((await readdir(folder)).filter((name) => name !== 'archive')).toEqual(before.filter((name) => name !== 'archive'));
      expect((process.memoryUsage().rss - started) / 1e6, 'megabytes more').toBeLessThan(100);
    },
    120_000,
  );

  it('holds to its memory with a bzip2 bomb of 449 bytes, refused or read to its end', async () => {
    const started = process.memoryUsage().rss;
    const blobs = new BlobStore(join(folder, 'bomb'));
    await expect(unpack(bombTarBz2(), 'tar.bz2', blobs)).rejects.toThrow('small/release holds more than 2000000 bytes');
    const others = [{ ...members[0]!, origin: { kind: 'member', archive: 'release', member: 'other' } as const }];
    const generous = { maxBytes: 1e9, maxRatio: 1e9 };
    await expect(unpack(bombTarBz2(), 'tar.bz2', blobs, generous, others)).rejects.toThrow('has no member other');
    expect((process.memoryUsage().rss - started) / 1e6, 'megabytes more').toBeLessThan(100);
  }, 120_000);

  it('finds the members where nothing is damaged', async () => {
    const blobs = new BlobStore(join(folder, 'fine'));
    const files = await unpack(gzipSync(await tarOf()), 'tar.gz', blobs);
    expect(files.map(({ sha256 }) => sha256)).toEqual([sha256Of(model), sha256Of(tokens)]);
  });
});

/** A tar archive whose one member is 460 MB of zeros, packed by bzip2 1.0.8 -9. */
const bombTarBz2 = () =>
  Buffer.from(
    'QlpoOTFBWSZTWd44Fy4Ffj7dgMiAQAH/AAABZgeeQAAIIAB0EVJPJqDQP1RptPUgiqaNNA0AAPZR+UQBVUSoFQBVUS3CVdkIRFQB' +
    'VUSjfHLXWtk50AjNIiukOWV62taLs9t58Y9WP2czicU404v5BQBVUT+YoKyTKayHBPFvgK/HIABgAAAEEAAYQCajIVAS1IVAS5ig' +
    'rJMprIcE8W+Ar8cgAGAAAAQQABhAJqMhUBLUhUBLmKCskymshwTxb4CvxyAAYAAABBAAGEAmoyFQEtSFQEuYoKyTKayHBPFvgK/H' +
    'IABgAAAEEAAYQCajIVAS1IVAS5igrJMprIcE8W+Ar8cgAGAAAAQQABhAJqMhUBLUhUBLmKCskymshwTxb4CvxyAAYAAABBAAGEAm' +
    'oyFQEtSFQEuYoKyTKayHBPFvgK/HIABgAAAEEAAYQCajIVAS1IVAS5igrJMprIcE8W+Ar8cgAGAAAAQQABhAJqMhUBLUhUBLmKCs' +
    'kymshwTxb4CvxyAAYAAABBAAGEAmoyFQEtSFQEuYoKyTKayA2gR9AAPiYCBgAAAAgAQQABhmBNU0ylQbVJUHi7kinChIBE+Sf4A=',
    'base64',
  );
