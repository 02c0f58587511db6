import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GeneratedFiles } from './files.js';
import { tinyApi, tinyModel } from './tiny-model.fixture.js';
import { fetchModels, findEdited, generateWire } from './wire.js';

describe('the generated wire', () => {
  let root: string;
  let models: string;
  const api = (name: string) => join(root, 'services', 'tiny', 'src', 'api', name);
  const generate = (check: boolean) => {
    const files = new GeneratedFiles(check);
    generateWire(root, models, files, [tinyApi]);
    return files.stale;
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lantern-wire-'));
    models = join(root, 'models');
    mkdirSync(models);
    mkdirSync(join(root, 'services', 'tiny'), { recursive: true });
    mkdirSync(join(root, 'libs', 'tools'), { recursive: true });
    writeFileSync(join(models, 'tiny-2020-01-01.json'), JSON.stringify(tinyModel));
    generate(false);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is up to date after it was made, with the models and without', () => {
    expect(generate(true)).toEqual([]);
    expect(findEdited(root)).toEqual([]);
  });

  it('is checked without the models: edited, missing and left-over files are found', () => {
    mkdirSync(api('old'));
    writeFileSync(api('old/types.ts'), '');
    writeFileSync(api('types.ts'), `${readFileSync(api('types.ts'), 'utf8')}// by hand\n`);
    rmSync(api('errors.ts'));
    expect(findEdited(root).sort()).toEqual([api('errors.ts'), api('old/types.ts'), api('types.ts')]);
    expect(generate(true).sort()).toEqual([api('errors.ts'), api('old/types.ts'), api('types.ts')]);
  });

  it('loses left-over files when it is made again', () => {
    writeFileSync(api('old.ts'), '');
    generate(false);
    expect(existsSync(api('old.ts'))).toBe(false);
    expect(findEdited(root)).toEqual([]);
  });

  it('takes corrections of the model from patches.json, and refuses one that fits nothing', () => {
    const patch = (shape: string) =>
      writeFileSync(
        join(root, 'services', 'tiny', 'patches.json'),
        JSON.stringify([
          {
            model: 'tiny-2020-01-01',
            shape,
            evidence: 'a page',
            replace: { traits: { 'smithy.api#length': { max: 7 } } },
          },
        ]),
      );
    patch('x#Name');
    expect(generate(false)).toContain(api('schema.ts'));
    expect(readFileSync(api('schema.ts'), 'utf8')).toContain('"Name": {"type":"string","length":[null,7]}');
    patch('x#Gone');
    expect(() => generate(false)).toThrow('x#Gone');
  });
});

describe('fetching the published models', () => {
  let folder: string;
  const apis = [
    { ...tinyApi, model: 'tiny-2020-01-01' },
    { ...tinyApi, model: 'tiny-runtime-2021-02-03' },
  ];
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'lantern-fetch-'))));
  afterEach(() => {
    vi.unstubAllGlobals();
    return rm(folder, { recursive: true });
  });

  it('asks for what the folder lacks, by service and version', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      return Promise.resolve(new Response('{"smithy":"2.0"}'));
    });
    writeFileSync(join(folder, 'tiny-2020-01-01.json'), '{}');
    await fetchModels(folder, apis);
    expect(asked).toEqual([
      expect.stringMatching(/[0-9a-f]{40}\/tiny-runtime\/service\/2021-02-03\/tiny-runtime-2021-02-03\.json$/),
    ]);
    expect(readFileSync(join(folder, 'tiny-runtime-2021-02-03.json'), 'utf8')).toBe('{"smithy":"2.0"}');
  });

  it('names the address and the reason where one cannot be had, and leaves nothing half', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })));
    await expect(fetchModels(folder, apis)).rejects.toThrow(/tiny-2020-01-01\.json cannot be fetched: status 404/);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') })));
    await expect(fetchModels(folder, apis)).rejects.toThrow(/cannot be fetched: ENOTFOUND/);
    expect(existsSync(join(folder, 'tiny-2020-01-01.json'))).toBe(false);
  });
});
