import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveFormat, CatalogueFile } from '../../catalogue/entry.js';
import { BlobStore } from '../../store/blob-store.js';
import { sha256Of } from '../loopback-mirror.fixture.js';
import type { ArchiveLimits } from './limits.js';
import { unpackMembers } from './unpack.js';
import { zipOf } from './zip.fixture.js';

const model = Buffer.from('the weights');
const tokens = Buffer.from('a\nb\n');

async function tarOf(members: readonly (readonly [string, Buffer])[]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of members) archive.entry({ name }, content);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

const wanted = (path: string, member: string, pinned: Partial<CatalogueFile> = {}): CatalogueFile => ({
  path,
  sha256: undefined,
  sizeBytes: undefined,
  origin: { kind: 'member', archive: 'release', member },
  ...pinned,
});

const both = [wanted('tokens.txt', 'release/tokens.txt'), wanted('model.onnx', 'release/model.onnx')];
const content = [
  ['release/model.onnx', model],
  ['release/README', Buffer.from('hello')],
  ['release/tokens.txt', tokens],
] as const;

describe('unpackMembers', () => {
  let folder: string;
  let blobs: BlobStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-unpack-'));
    blobs = new BlobStore(join(folder, 'store'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function unpack(bytes: Buffer, format: ArchiveFormat, members = both, limits: Partial<ArchiveLimits> = {}) {
    const path = join(folder, 'archive');
    await writeFile(path, bytes);
    const { signal } = new AbortController();
    return unpackMembers(path, { label: 'small/release', format, members, blobs, signal, limits });
  }

  it.each([
    ['tar.gz', async () => gzipSync(await tarOf(content))],
    ['zip', async () => zipOf(content.map(([name, bytes]) => ({ name, content: bytes })))],
  ] as const)('keeps the wanted members of a %s by their content, and no others', async (format, make) => {
    expect(await unpack(await make(), format)).toEqual([
      { path: 'tokens.txt', sha256: sha256Of(tokens), sizeBytes: 4 },
      { path: 'model.onnx', sha256: sha256Of(model), sizeBytes: 11 },
    ]);
    expect(await blobs.list()).toEqual([sha256Of(tokens), sha256Of(model)].sort());
    expect((await readFile(blobs.pathOf(sha256Of(model)))).equals(model)).toBe(true);
    expect(await readdir(blobs.incoming)).toEqual([]);
  });

  it("unpacks a tar.bz2 of bzip2's own", async () => {
    const golden = new URL('../../../src/pull/archives/golden/bzip2.json', import.meta.url);
    const cases = JSON.parse(await readFile(golden, 'utf8')) as { name: string; packed: string }[];
    const packed = cases.find(({ name }) => name === 'a tar archive')?.packed ?? '';
    expect(await unpack(Buffer.from(packed, 'base64'), 'tar.bz2')).toMatchObject([{ sizeBytes: 4 }, { sizeBytes: 3000 }]);
  });

  it('holds members to their own digests and sizes', async () => {
    const bytes = gzipSync(await tarOf(content));
    const right = wanted('model.onnx', 'release/model.onnx', { sha256: sha256Of(model), sizeBytes: 11 });
    expect(await unpack(bytes, 'tar.gz', [right])).toHaveLength(1);
    await expect(unpack(bytes, 'tar.gz', [{ ...right, sha256: sha256Of(tokens) }])).rejects.toThrow('has other content');
    await expect(unpack(bytes, 'tar.gz', [{ ...right, sizeBytes: 12 }])).rejects.toThrow('11 bytes for release/model.onnx');
  });

  it('names the members that it lacks', async () => {
    const bytes = gzipSync(await tarOf(content.slice(0, 1)));
    await expect(unpack(bytes, 'tar.gz')).rejects.toThrow('has no member release/tokens.txt');
  });

  it('refuses two members of one name', async () => {
    const twice = [...content, content[0]];
    await expect(unpack(gzipSync(await tarOf(twice)), 'tar.gz')).rejects.toThrow('has two members');
    const zip = zipOf(twice.map(([name, bytes]) => ({ name, content: bytes })));
    await expect(unpack(zip, 'zip')).rejects.toThrow('has two members');
  });

  it('refuses a bomb as soon as it grows, in whatever it is packed', async () => {
    const zeros = Buffer.alloc(3_000_000);
    const members = [wanted('model.onnx', 'release/zeros')];
    const limits = { ratioFromBytes: 500_000 };
    const bombs = [
      ['tar.gz', gzipSync(await tarOf([['release/zeros', zeros]]))],
      ['zip', zipOf([{ name: 'release/zeros', content: zeros }])],
    ] as const;
    for (const [format, bytes] of bombs)
      await expect(unpack(bytes, format, members, limits)).rejects.toThrow('grows to more than 100 times');
    expect([await blobs.list(), await readdir(blobs.incoming)]).toEqual([[], []]);
  });

  it.each([
    ['../up', {}, 'outside its folder|invalid relative path'],
    ['/etc/passwd', {}, 'absolute path'],
    ['a\\b', {}, 'invalid characters|unsafe name'],
    ['link', { unixMode: 0o120777 }, 'no plain file'],
    ['device', { unixMode: 0o060644 }, 'no plain file'],
    ['secret', { isEncrypted: true }, 'encrypted'],
    ['liar', { saidSize: 5 }, 'damaged'],
    ['broken', { wrongCrc: true }, 'damaged'],
  ])('refuses a zip with the member %j %j', async (name, options, problem) => {
    const zip = zipOf([{ name, content: model, ...options }]);
    await expect(unpack(zip, 'zip', [wanted('m', name)])).rejects.toThrow(new RegExp(problem));
  });

  it('refuses archives that are another thing', async () => {
    const page = Buffer.from('<html>not here</html>');
    await expect(unpack(page, 'tar.gz')).rejects.toThrow('is damaged: incorrect header check');
    await expect(unpack(page, 'tar.bz2')).rejects.toThrow('does not begin as one');
    await expect(unpack(page, 'zip')).rejects.toThrow('is damaged');
  });
});
