import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalogue } from '../catalogue/catalogue.js';
import { ModelLibrary } from '../store/model-library.js';
import { verifyModels } from '../store/verify.js';
import { FolderSource } from './folder-source.js';
import { HttpSource } from './http-source.js';
import { LoopbackMirror, noise, serveProperly, sha256Of } from './loopback-mirror.fixture.js';
import { Puller } from './puller.js';

/** Real: processes, files, HTTP on loopback. Double: the publisher. */

const script = join(import.meta.dirname, 'pull-process.fixture.js');
const content = noise(6_000_000, 3);
const yaml = `name: big
task: speech
licence: MIT
source: https://x.example/
files: [{ path: model.onnx, sha256: ${sha256Of(content)}, sizeBytes: ${content.length}, url: 'https://x.example/big.onnx' }]
quality: { dataset: d, metric: m, value: 1, measured: 2026-11 }
`;

describe('pulls of several processes', () => {
  let folder: string;
  let mirror: LoopbackMirror;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-processes-'));
    await mkdir(join(folder, 'catalog'));
    await writeFile(join(folder, 'catalog', 'big.yaml'), yaml);
    mirror = await LoopbackMirror.start();
  });
  afterEach(async () => {
    await mirror.close();
    await rm(folder, { recursive: true });
  });

  const store = () => join(folder, 'store');
  const path = `/sha256-${sha256Of(content)}`;

  function pull() {
    const child = spawn(process.execPath, [script, store(), join(folder, 'catalog'), mirror.url.href, 'big']);
    let said = '';
    let erred = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (erred += chunk.toString()));
    const ended = once(child, 'exit').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, said, erred }));
    return { child, ended, begun: () => expect.poll(() => said, { timeout: 20_000 }).toContain('begun') };
  }

  /** A megabyte at a time, so that there is time to be in the middle. */
  const slowly = (pauseMs: number) => (response: Parameters<typeof serveProperly>[0], all: Buffer, seen: { range: string | undefined }) => {
    const from = Number(/^bytes=(\d+)-$/.exec(seen.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': all.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${all.length - 1}/${all.length}` }),
    });
    let at = from;
    const send = () => {
      if (response.destroyed) return;
      response.write(all.subarray(at, at + 500_000));
      at += 500_000;
      if (at < all.length) setTimeout(send, pauseMs);
      else response.end();
    };
    send();
  };

  it('share one download', async () => {
    mirror.serve(path, content, slowly(40));
    const outcomes = await Promise.all(Array.from({ length: 3 }, () => pull().ended));
    expect(outcomes.map(({ code, erred }) => [code, erred])).toEqual([0, 1, 2].map(() => [0, '']));
    expect(new Set(outcomes.map(({ said }) => said.trim().split('\n').at(-1))).size).toBe(1);
    expect(mirror.seen.map(({ range }) => range)).toEqual([undefined]);
    expect(sha256Of(await readFile(join(store(), 'blobs', path.slice(1))))).toBe(sha256Of(content));
  }, 60_000);

  it('go on where a process that was killed stopped, within a moment', async () => {
    mirror.serve(path, content, slowly(150));
    const first = pull();
    await first.begun();
    const second = pull();
    first.child.kill('SIGKILL');
    expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
    const { code, erred } = await second.ended;
    expect([code, erred]).toEqual([0, '']);
    const ranges = mirror.seen.map(({ range }) => Number(range?.slice(6, -1) ?? 0));
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toBeGreaterThan(0);
    expect(await readdir(join(store(), 'incoming'))).toEqual([]);
  }, 60_000);

  it('go on after a restart', async () => {
    mirror.serve(path, content, slowly(100));
    const first = pull();
    await first.begun();
    first.child.kill('SIGKILL');
    await first.ended;
    const { size } = await stat(join(store(), 'incoming', `${path.slice(1)}.part`));
    expect(size).toBeGreaterThan(0);
    mirror.serve(path, content);
    expect(await pull().ended).toMatchObject({ code: 0 });
    expect(mirror.seen.at(-1)?.range).toBe(`bytes=${size}-`);
  }, 60_000);
});

const weights = join(process.env.LANTERN_DATASETS ?? '', 'vision', 'weights');
const hasWeights = process.env.LANTERN_DATASETS !== undefined && existsSync(weights);

describe.skipIf(!hasWeights)(`the catalogue's pins${hasWeights ? '' : ' (skipped: no LANTERN_DATASETS)'}`, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-pins-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const libraryIn = (name: string) =>
    new ModelLibrary({
      folder: join(folder, name),
      compiler: { version: '0', compile: () => Promise.reject(new Error('nothing is compiled here')) },
    });
  const names = ['yunet-n', 'mobilefacenet', 'picodet-s-416', 'fsanet', 'shufflenet-v2-12-int8', 'selfie-segmentation-landscape', 'ppocrv3-text-detection'];

  /** Every file below the folder, by its name. */
  async function files(): Promise<Map<string, string>> {
    const entries = await readdir(weights, { recursive: true, withFileTypes: true });
    return new Map(entries.filter((entry) => entry.isFile()).map((entry) => [entry.name, join(entry.parentPath, entry.name)]));
  }

  it('are those of the files, through a mirror by the path of the publisher', async () => {
    const mirror = await LoopbackMirror.start();
    const found = await files();
    const library = libraryIn('mirrored');
    const puller = new Puller({ library, source: new HttpSource(mirror.url) });
    for (const name of names) {
      const entry = new Catalogue().find(name);
      if (!entry) throw new Error(`no entry ${name}`);
      for (const { origin } of entry.files) {
        if (origin.kind !== 'url') continue;
        const url = new URL(origin.url);
        const place = found.get(url.pathname.split('/').at(-1) ?? '');
        if (place) mirror.serve(`/${url.host}${url.pathname}`, await readFile(place));
      }
      await puller.pull(entry);
    }
    expect((await verifyModels(library, new Set(names))).problems).toEqual([]);
    expect(await library.installed.names()).toEqual([...names].sort());
    await mirror.close();
  }, 120_000);

  it('are those of the files, from the folder', async () => {
    const library = libraryIn('copied');
    const puller = new Puller({ library, source: new FolderSource(weights), phase: 'copying' });
    for (const name of names) {
      const entry = new Catalogue().find(name);
      if (entry) await puller.pull(entry);
    }
    expect((await verifyModels(library, new Set(names))).problems).toEqual([]);
    expect((await library.open('fsanet')).files.size).toBe(2);
  }, 120_000);
});
