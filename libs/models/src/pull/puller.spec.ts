import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../catalogue/entry.js';
import { BlobStore } from '../store/blob-store.js';
import { collectGarbage } from '../store/garbage.js';
import { InstalledModels } from '../store/installed-models.js';
import { StoreLocks } from '../store/store-locks.js';
import type { ContentSource } from './content-source.js';
import { FolderSource } from './folder-source.js';
import { HttpSource } from './http-source.js';
import { cutAfter, LoopbackMirror, noise, sha256Of } from './loopback-mirror.fixture.js';
import type { PullProgress } from './progress.js';
import { Puller } from './puller.js';

const encoder = noise(900_000, 1);
const decoder = noise(300_000, 2);

function entryOf(files: Readonly<Record<string, { url: string; content: Uint8Array; sha256?: string }>>): CatalogueEntry {
  return {
    name: 'small',
    task: 'speech',
    languages: ['en'],
    licence: 'MIT',
    source: 'https://models.example/small',
    note: undefined,
    preference: 1,
    inputs: [],
    outputs: [],
    batching: undefined,
    archives: [],
    compiled: undefined,
    quality: [{ dataset: 'd', metric: 'm', value: 1, measured: '2026-11' }],
    files: Object.entries(files).map(([path, { url, content, sha256 = sha256Of(content) }]) => {
      return { path, sha256, sizeBytes: content.length, origin: { kind: 'url', url } };
    }),
  };
}

async function tarOf(members: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(members)) archive.entry({ name }, content);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('Puller', () => {
  let folder: string;
  let mirror: LoopbackMirror;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-pull-'));
    mirror = await LoopbackMirror.start();
  });
  afterEach(async () => {
    await mirror.close();
    await rm(folder, { recursive: true });
  });

  const storeOf = (name = 'store') => {
    const place = join(folder, name);
    return { blobs: new BlobStore(place), installed: new InstalledModels(place), locks: new StoreLocks(place) };
  };
  const puller = (source: ContentSource = new HttpSource(undefined, { firstDelayMs: 1, maxDelayMs: 2, attempts: 3 }), library = storeOf()) =>
    new Puller({ library, source });
  const served = () =>
    entryOf({
      'encoder.onnx': { url: mirror.serve('/encoder', encoder), content: encoder },
      'decoder.onnx': { url: mirror.serve('/decoder', decoder), content: decoder },
    });

  it('installs a model of several files, in the order of its entry', async () => {
    const progress: PullProgress[] = [];
    const { digest, manifest } = await puller().pull(served(), { onProgress: (each) => progress.push(each) });
    expect(manifest).toMatchObject({ name: 'small', languages: ['en'], from: { kind: 'pulled' } });
    expect(manifest.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['encoder.onnx', 900_000],
      ['decoder.onnx', 300_000],
    ]);
    const { blobs, installed } = storeOf();
    expect(await installed.current('small')).toEqual({ digest, manifest, isCurrent: true });
    expect((await readFile(blobs.pathOf(sha256Of(encoder)))).equals(encoder)).toBe(true);
    expect(await readdir(blobs.incoming)).toEqual([]);
    expect(progress.at(-1)).toEqual({
      phase: 'downloading',
      label: 'small/decoder.onnx',
      doneBytes: 300_000,
      totalBytes: 300_000,
    });
  });

  it('asks for nothing that is there, and again for what was damaged since', async () => {
    await puller().pull(served());
    const { digest } = await puller().pull(served());
    expect(mirror.seen).toHaveLength(2);
    await writeFile(storeOf().blobs.pathOf(sha256Of(decoder)), noise(decoder.length, 9));
    expect((await puller().pull(served())).digest).toBe(digest);
    expect(mirror.seen.map(({ path }) => path)).toEqual(['/encoder', '/decoder', '/decoder']);
  });

  it('refuses content with another digest, and keeps nothing of it', async () => {
    const entry = entryOf({ 'model.onnx': { url: mirror.serve('/encoder', encoder), content: encoder, sha256: sha256Of(decoder) } });
    await expect(puller().pull(entry)).rejects.toThrow('small/model.onnx has other content than expected');
    const { blobs, installed } = storeOf();
    expect([await blobs.list(), await readdir(blobs.incoming), await installed.names()]).toEqual([[], [], []]);
    expect(mirror.seen).toHaveLength(1);
  });

  it('drops what an earlier attempt left where it does not fit, and fetches everything', async () => {
    const entry = served();
    const { blobs } = storeOf();
    await blobs.prepare();
    await writeFile(join(blobs.incoming, `sha256-${sha256Of(encoder)}.part`), noise(500_000, 3));
    await puller().pull(entry);
    expect(mirror.seen.map(({ path, range }) => [path, range])).toEqual([
      ['/encoder', 'bytes=500000-'],
      ['/encoder', undefined],
      ['/decoder', undefined],
    ]);
  });

  it('keeps what came before it had to give up, and goes on from there', async () => {
    const entry = entryOf({ 'model.onnx': { url: mirror.serve('/encoder', encoder, cutAfter(20_000)), content: encoder } });
    await expect(puller().pull(entry)).rejects.toThrow('given up after 3 attempts');
    mirror.serve('/encoder', encoder);
    await puller().pull(entry);
    expect(mirror.seen.at(-1)?.range).toBe('bytes=60000-');
  });

  it('shares one download among pulls at once', async () => {
    const entry = served();
    const phases = new Set<string>();
    const all = Array.from({ length: 4 }, () => puller().pull(entry, { onProgress: ({ phase }) => phases.add(phase) }));
    const digests = (await Promise.all(all)).map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(1);
    expect(mirror.seen).toHaveLength(2);
    expect(phases).toEqual(new Set(['downloading', 'waiting']));
  });

  it('keeps versions side by side, and their files until nobody needs them', async () => {
    const { blobs, installed, locks } = storeOf();
    const first = await puller().pull(served());
    const changed = noise(decoder.length, 5);
    const second = await puller().pull(
      entryOf({
        'encoder.onnx': { url: mirror.serve('/encoder', encoder), content: encoder },
        'decoder.onnx': { url: mirror.serve('/decoder', changed), content: changed },
      }),
    );
    expect((await installed.versions('small')).map(({ digest }) => digest)).toEqual([second.digest, first.digest]);
    await installed.remove('small', second.digest);
    expect((await installed.current('small'))?.digest).toBe(first.digest);
    expect(await collectGarbage({ blobs, installed, locks })).toEqual({ kind: 'collected', nBlobs: 1, bytes: 300_000 });
    expect(await blobs.list()).toEqual([sha256Of(encoder), sha256Of(decoder)].sort());
    await installed.remove('small');
    expect(await collectGarbage({ blobs, installed, locks })).toMatchObject({ nBlobs: 2 });
    expect([await blobs.list(), await installed.names()]).toEqual([[], []]);
  });

  it('takes nothing for garbage while a pull is at work', async () => {
    const { blobs, installed, locks } = storeOf();
    let during: unknown;
    const url = mirror.serve('/decoder', decoder, (response, content) => {
      void collectGarbage({ blobs, installed, locks }).then((outcome) => {
        during = outcome;
        response.writeHead(200).end(content);
      });
    });
    const entry = entryOf({
      'encoder.onnx': { url: mirror.serve('/encoder', encoder), content: encoder },
      'decoder.onnx': { url, content: decoder },
    });
    await puller().pull(entry);
    expect(during).toEqual({ kind: 'busy' });
    expect(await collectGarbage({ blobs, installed, locks })).toMatchObject({ nBlobs: 0 });
  });

  it('unpacks an archive, once among pulls at once, and does not keep it', async () => {
    const packed = gzipSync(await tarOf({ 'release/encoder.onnx': encoder, 'release/notes.txt': Buffer.from('x') }));
    const url = mirror.serve('/release.tar.gz', packed);
    const entry: CatalogueEntry = {
      ...entryOf({}),
      archives: [{ name: 'release', format: 'tar.gz', url, sha256: sha256Of(packed), sizeBytes: packed.length }],
      files: [
        {
          path: 'model.onnx',
          sha256: undefined,
          sizeBytes: undefined,
          origin: { kind: 'member', archive: 'release', member: 'release/encoder.onnx' },
        },
      ],
    };
    const [first, second] = await Promise.all([puller().pull(entry), puller().pull(entry)]);
    expect([first.digest, first.manifest.files]).toEqual([second.digest, second.manifest.files]);
    expect(first.manifest.files).toEqual([{ path: 'model.onnx', sha256: sha256Of(encoder), sizeBytes: encoder.length }]);
    expect(mirror.seen).toHaveLength(1);
    const { blobs } = storeOf();
    expect([await blobs.list(), await readdir(blobs.incoming)]).toEqual([[sha256Of(encoder)], []]);
  });

  it('opens no archive with another digest', async () => {
    const url = mirror.serve('/release.tar.gz', gzipSync('anything'));
    const origin = { kind: 'member', archive: 'release', member: 'x' } as const;
    const entry: CatalogueEntry = {
      ...entryOf({}),
      archives: [{ name: 'release', format: 'tar.gz', url, sha256: sha256Of(encoder), sizeBytes: undefined }],
      files: [{ path: 'x', sha256: undefined, sizeBytes: undefined, origin }],
    };
    await expect(puller().pull(entry)).rejects.toThrow('small/release.tar.gz has other content than expected');
  });

  describe('from a folder', () => {
    const put = async (path: string, content: Uint8Array) => {
      await mkdir(dirname(join(folder, 'files', path)), { recursive: true });
      await writeFile(join(folder, 'files', path), content);
    };
    const fromFolder = () => puller(new FolderSource(join(folder, 'files')));
    const entry = () =>
      entryOf({ 'model.onnx': { url: 'https://models.example/a/encoder.onnx?x=1', content: encoder } });

    it("finds the publisher's name at any depth, and digests", async () => {
      await put('deep/er/encoder.onnx', encoder);
      const { digest } = await fromFolder().pull(entry());
      await rm(join(folder, 'store'), { recursive: true });
      await rm(join(folder, 'files'), { recursive: true });
      await put(`sha256-${sha256Of(encoder)}`, encoder);
      expect((await fromFolder().pull(entry())).digest).toBe(digest);
    });

    it('passes over other files of the same name, and says so where there is no right one', async () => {
      await put('a/encoder.onnx', noise(encoder.length, 8));
      await expect(fromFolder().pull(entry())).rejects.toThrow('encoder.onnx has other content than small/model.onnx');
      await put('b/encoder.onnx', encoder);
      await fromFolder().pull(entry());
    });

    it('says which file is wanted', async () => {
      await put('other.onnx', encoder);
      await expect(fromFolder().pull(entry())).rejects.toThrow(/has no file sha256-[0-9a-f]{64} or encoder\.onnx/);
      await expect(puller(new FolderSource(join(folder, 'nowhere'))).pull(entry())).rejects.toThrow('cannot be read');
    });
  });
});
