import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelStore } from './model-store.js';

const content = Buffer.from('weights');
const sha256 = createHash('sha256').update(content).digest('hex');
const manifest = {
  name: 'small',
  task: 'sentiment',
  licence: 'Apache-2.0',
  source: 'training/sentiment',
  files: [{ path: 'model.bin', sha256, sizeBytes: content.length }],
  quality: [{ dataset: 'SST-2', metric: 'accuracy', value: 0.9, measured: '2026-11' }],
};

describe('ModelStore', () => {
  let folder: string;
  let model: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-models-'));
    model = join(folder, 'sentiment', 'small');
    await mkdir(model, { recursive: true });
    await writeFile(join(model, 'model.bin'), content);
    await writeFile(join(model, 'manifest.json'), JSON.stringify(manifest));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const store = () => new ModelStore(folder);

  it('lists what is installed, with a digest and the path of its first file', () => {
    const [found, ...others] = store().list();
    expect(others).toEqual([]);
    expect(found).toMatchObject({ manifest: { name: 'small', task: 'sentiment' }, path: join(model, 'model.bin') });
    expect(found?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(store().find('sentiment')).toEqual(found);
  });

  it('finds nothing wrong with an untouched model', () => expect(store().verify()).toEqual([]));

  it('sees one changed byte of the same length', async () => {
    await writeFile(join(model, 'model.bin'), 'weighty');
    expect(store().verify()).toEqual([expect.stringContaining('other content')]);
  });

  it('sees a missing and a shortened file', async () => {
    await writeFile(join(model, 'model.bin'), 'w');
    expect(store().verify()).toEqual([expect.stringContaining('has 1 bytes instead of 7')]);
    await rm(join(model, 'model.bin'));
    expect(store().verify()).toEqual([expect.stringContaining('is missing')]);
  });

  it('names every violation of a manifest at once', async () => {
    const broken = {
      ...manifest,
      licence: '',
      quality: undefined,
      files: [{ path: '../x', sha256: 'z', sizeBytes: -1 }],
    };
    await writeFile(join(model, 'manifest.json'), JSON.stringify(broken));
    const all =
      /licence is missing.*files\[0\] has no path.*files\[0\] has no SHA-256.*files\[0\] has no size.*quality\[0\] is missing/;
    expect(() => store().list()).toThrow(all);
    expect(store().verify()).toEqual([expect.stringMatching(all)]);
  });

  it('says what to do where a task has no model', () => {
    expect(() => store().find('faces')).toThrow('no model for faces');
  });
});
