import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pin } from './content-source.js';
import { HttpSource, type HttpLimits } from './http-source.js';
import { cutAfter, LoopbackMirror, noise, serveProperly, sha256Of } from './loopback-mirror.fixture.js';
import { PartFile } from './part-file.js';

const content = noise(1_200_000);
const hurried: Partial<HttpLimits> = { firstDelayMs: 1, maxDelayMs: 5, stallTimeoutMs: 150, answerTimeoutMs: 150, attempts: 4 };

describe('HttpSource', () => {
  let folder: string;
  let mirror: LoopbackMirror;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-http-'));
    mirror = await LoopbackMirror.start();
  });
  afterEach(async () => {
    await mirror.close();
    await rm(folder, { recursive: true });
  });

  const pinOf = (url: string, pinned: Partial<Pin> = {}): Pin => ({
    label: 'the model',
    sha256: sha256Of(content),
    sizeBytes: content.length,
    url,
    ...pinned,
  });
  const partPath = () => join(folder, 'part');

  /** Fills a part and returns what it then holds and what was said on the way. */
  async function fill(pin: Pin, { source = new HttpSource(undefined, hurried), signal = new AbortController().signal } = {}) {
    const part = await PartFile.open(partPath(), {});
    const said: string[] = [];
    try {
      await source.fill(pin, part, { signal, onProgress: (message) => message && said.push(message) });
      expect(part.digest()).toBe(sha256Of(await readFile(partPath())));
    } finally {
      await part.close();
    }
    return { bytes: await readFile(partPath()), said };
  }

  it('fetches a file in one request, which asks for it as it is', async () => {
    const { bytes, said } = await fill(pinOf(mirror.serve('/model.onnx', content)));
    expect(bytes.equals(content)).toBe(true);
    expect([said, mirror.seen]).toEqual([[], [{ path: '/model.onnx', range: undefined, ifRange: undefined }]]);
  });

  it('goes on where each connection broke, and only within the same version', async () => {
    const { bytes, said } = await fill(pinOf(mirror.serve('/model.onnx', content, cutAfter(500_000))));
    expect(bytes.equals(content)).toBe(true);
    expect(said.length).toBe(2);
    expect(mirror.seen.map(({ range }) => Number(range?.slice(6, -1) ?? 0))).toEqual([0, 500_000, 1_000_000]);
    expect(mirror.seen.slice(1).every(({ ifRange }) => ifRange?.startsWith('"'))).toBe(true);
  });

  it('goes on with what an earlier process left', async () => {
    await writeFile(partPath(), content.subarray(0, 700_000));
    expect((await fill(pinOf(mirror.serve('/model.onnx', content)))).bytes.equals(content)).toBe(true);
    expect(mirror.seen).toEqual([{ path: '/model.onnx', range: 'bytes=700000-', ifRange: undefined }]);
  });

  it('begins again where the file changed in between', async () => {
    const other = noise(content.length, 7);
    const url = mirror.serve('/model.onnx', other, (response, now, seen, nth) => {
      if (nth === 1) cutAfter(300_000)(response, now, seen, nth);
      else {
        mirror.contents.set('/model.onnx', content);
        serveProperly(response, content, seen);
      }
    });
    expect((await fill(pinOf(url))).bytes.equals(content)).toBe(true);
    expect(mirror.seen[1]).toMatchObject({ range: 'bytes=300000-' });
  });

  it('begins again where the server knows no ranges', async () => {
    const url = mirror.serve('/model.onnx', content, (response, now, _seen, nth) => {
      response.writeHead(200, { 'content-length': now.length });
      if (nth === 1) response.write(now.subarray(0, 300_000), () => response.socket?.destroy());
      else response.end(now);
    });
    expect((await fill(pinOf(url))).bytes.equals(content)).toBe(true);
  });

  it('does not wait for ever for a server that falls silent in the middle, or before the first byte', async () => {
    const url = mirror.serve('/model.onnx', content, (response, now, seen, nth) => {
      if (nth === 1) return;
      if (nth === 2) response.writeHead(200, { 'content-length': now.length }).write(now.subarray(0, 400_000));
      else serveProperly(response, now, seen);
    });
    const { bytes, said } = await fill(pinOf(url));
    expect(bytes.equals(content)).toBe(true);
    expect(said).toEqual([expect.stringContaining('did not answer'), expect.stringContaining('nothing came')]);
  });

  it.each([503, 429, 500])('tries again after %s', async (status) => {
    const url = mirror.serve('/model.onnx', content, (response, now, seen, nth) =>
      nth === 1 ? response.writeHead(status).end() : serveProperly(response, now, seen),
    );
    expect((await fill(pinOf(url))).bytes.equals(content)).toBe(true);
  });

  it.each([400, 401, 403, 451])('does not try again after %s', async (status) => {
    const url = mirror.serve('/model.onnx', content, (response) => response.writeHead(status).end());
    await expect(fill(pinOf(url))).rejects.toThrow(`answered ${status}`);
    expect(mirror.seen).toHaveLength(1);
  });

  it('gives up after attempts that bring nothing', async () => {
    const url = mirror.serve('/model.onnx', content, (response) => response.socket?.destroy());
    await expect(fill(pinOf(url))).rejects.toThrow('given up after 4 attempts');
    expect(mirror.seen).toHaveLength(4);
  });

  it('refuses another size before it reads the body', async () => {
    const url = mirror.serve('/model.onnx', content.subarray(1));
    await expect(fill(pinOf(url))).rejects.toThrow('has 1199999 bytes instead of the 1200000');
    expect(mirror.seen).toHaveLength(1);
  });

  it('never keeps more bytes than the pin has, whatever a server says', async () => {
    const url = mirror.serve('/model.onnx', content, (response, now) => {
      response.writeHead(200);
      response.write(now);
      response.end(now);
    });
    await expect(fill(pinOf(url))).rejects.toThrow('sends more than the 1.2 MB');
    expect((await readFile(partPath())).length).toBeLessThanOrEqual(content.length);
  });

  it('refuses a range that nobody asked for', async () => {
    await writeFile(partPath(), content.subarray(0, 1000));
    const url = mirror.serve('/model.onnx', content, (response, now) =>
      response.writeHead(206, { 'content-range': `bytes 5-${now.length - 1}/${now.length}` }).end(now.subarray(5)),
    );
    await expect(fill(pinOf(url))).rejects.toThrow('was asked for bytes from 1000 on and sends bytes 5-');
  });

  it('refuses content that a server packs on its own', async () => {
    const url = mirror.serve('/model.onnx', content, (response, now) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(now),
    );
    await expect(fill(pinOf(url))).rejects.toThrow('as gzip, unasked');
  });

  it('takes a file whose size nobody names', async () => {
    const url = mirror.serve('/model.onnx', content, (response, now) => response.writeHead(200).end(now));
    expect((await fill(pinOf(url, { sizeBytes: undefined }))).bytes.equals(content)).toBe(true);
  });

  it('knows a whole part of unknown size by the answer that nothing comes after it', async () => {
    await writeFile(partPath(), content);
    const { bytes } = await fill(pinOf(mirror.serve('/model.onnx', content), { sizeBytes: undefined }));
    expect([bytes.equals(content), mirror.seen.length]).toEqual([true, 1]);
  });

  it('follows redirects, but in no circle and to nothing but HTTP', async () => {
    const target = mirror.serve('/real', content);
    const to = (location: string) => (response: Parameters<typeof serveProperly>[0]) =>
      void response.writeHead(302, { location }).end();
    expect((await fill(pinOf(mirror.serve('/moved', content, to(target))))).bytes.equals(content)).toBe(true);
    await rm(partPath());
    await expect(fill(pinOf(mirror.serve('/circle', content, to('/circle'))))).rejects.toThrow('more than 10 redirects');
    await expect(fill(pinOf(mirror.serve('/file', content, to('file:///etc/passwd'))))).rejects.toThrow('not followed');
  });

  it('asks a mirror by digest, then by the path of the publisher, and nobody else', async () => {
    const pin = pinOf('https://models.example/a/model.onnx?download=1');
    const source = new HttpSource(new URL('mirror', mirror.url), hurried);
    mirror.serve('/mirror/models.example/a/model.onnx', content);
    expect((await fill(pin, { source })).bytes.equals(content)).toBe(true);
    await rm(partPath());
    mirror.serve(`/mirror/sha256-${pin.sha256}`, content);
    await fill(pin, { source });
    const byDigest = `/mirror/sha256-${pin.sha256}`;
    expect(mirror.seen.map(({ path }) => path)).toEqual([byDigest, '/mirror/models.example/a/model.onnx', byDigest]);
  });

  it('says where it looked in vain', async () => {
    const source = new HttpSource(mirror.url, hurried);
    await expect(fill(pinOf('https://models.example/x.onnx'), { source })).rejects.toThrow(
      /sha256-[0-9a-f]{64} answered 404 Not Found; .*models\.example\/x\.onnx answered 404/,
    );
  });

  it('stops when told, and leaves what came', async () => {
    const stop = new AbortController();
    const url = mirror.serve('/model.onnx', content, (response, now) => {
      response.writeHead(200, { 'content-length': now.length }).write(now.subarray(0, 600_000));
      setTimeout(() => stop.abort(new Error('enough')), 60);
    });
    const source = new HttpSource(undefined, { ...hurried, stallTimeoutMs: 10_000 });
    await expect(fill(pinOf(url), { source, signal: stop.signal })).rejects.toThrow('enough');
    expect((await readFile(partPath())).length).toBe(600_000);
  });
});
