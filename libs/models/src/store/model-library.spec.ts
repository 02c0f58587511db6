import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalogue } from '../catalogue/catalogue.js';
import { sha256Of } from '../pull/loopback-mirror.fixture.js';
import { manifestOf } from './installed-manifest.js';
import { ModelLibrary } from './model-library.js';
import { ModelStore } from './model-store.js';
import type { NetworkCompiler } from './package-models.js';
import { fileOf } from './ready-model.js';
import { verifyModels } from './verify.js';

const network = Buffer.from('{"format":"graph-model"}');
const voice = Buffer.from('onnx of a voice detector');
const weights = Buffer.from('fetched weights');

const quality = '{ dataset: d, metric: m, value: 1, measured: 2026-11 }';
const head = (name: string, task: string, preference: number, more = '') =>
  `name: ${name}\ntask: ${task}\nlicence: MIT\nsource: https://x.example/\npreference: ${preference}\nquality: ${quality}\n${more}`;

const entries = {
  compiled: head(
    'compiled',
    'faces',
    5,
    `from: { package: faces, path: net.json }\nsources: [{ path: net.json, sha256: ${sha256Of(network)}, sizeBytes: ${network.length} }]\n`,
  ),
  packaged: head(
    'packaged',
    'voice',
    5,
    `files: [{ path: model.onnx, sha256: ${sha256Of(voice)}, sizeBytes: ${voice.length}, from: { package: faces, path: vad.onnx } }]\n`,
  ),
  'fetched-en': head(
    'fetched-en',
    'speech',
    9,
    `languages: [en]\nfiles: [{ path: model.onnx, sha256: ${sha256Of(weights)}, sizeBytes: ${weights.length}, url: 'https://x.example/m' }]\n`,
  ),
};

describe('ModelLibrary', () => {
  let folder: string;
  let compiled: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-library-'));
    compiled = [];
    const faces = join(folder, 'app', 'node_modules', 'faces');
    await Promise.all([faces, join(folder, 'catalog'), join(folder, 'shipped')].map((each) => mkdir(each, { recursive: true })));
    await writeFile(join(faces, 'package.json'), '{ "version": "1.2.3" }');
    await writeFile(join(faces, 'net.json'), network);
    await writeFile(join(faces, 'vad.onnx'), voice);
    for (const [name, yaml] of Object.entries(entries)) await writeFile(join(folder, 'catalog', `${name}.yaml`), yaml);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Stands for the compiler: what it makes depends on its version, and it counts. */
  const compilerOf = (version: string): NetworkCompiler => ({
    version,
    compile: async (source) => {
      compiled.push(source);
      return Buffer.concat([Buffer.from(`onnx ${version} `), await readFile(source)]);
    },
  });
  const library = (version = '1') =>
    new ModelLibrary({
      folder: join(folder, 'store'),
      compiler: compilerOf(version),
      catalogue: new Catalogue(join(folder, 'catalog')),
      shipped: new ModelStore(join(folder, 'shipped')),
      packagesFrom: join(folder, 'app', 'src'),
    });

  async function install(): Promise<void> {
    const { blobs, installed, catalogue } = library();
    const kept = await blobs.write(Readable.from([weights]));
    const entry = catalogue.find('fetched-en');
    if (!entry) throw new Error('the entry is gone');
    await installed.save(manifestOf(entry, [{ path: 'model.onnx', ...kept }], { kind: 'pulled', pins: 'x' }, new Date(0)));
  }

  it('lists what there is and what can be used now', async () => {
    expect((await library().list()).map(({ name, origin, isReady }) => [name, origin, isReady])).toEqual([
      ['compiled', 'package', true],
      ['fetched-en', 'catalogue', false],
      ['packaged', 'package', true],
    ]);
    await install();
    const fetched = (await library().list()).find(({ name }) => name === 'fetched-en');
    expect(fetched).toMatchObject({ isReady: true, sizeBytes: weights.length, digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  it('compiles a network of a dependency before its first use, and once', async () => {
    const model = await library().open('compiled');
    expect(await readFile(fileOf(model, 'model.onnx').path, 'utf8')).toBe(`onnx 1 ${network.toString()}`);
    expect(model.manifest).toMatchObject({ from: { kind: 'compiled', package: 'faces@1.2.3' }, quality: [{ value: 1 }] });
    const again = await Promise.all([library().open('compiled'), library().open('compiled')]);
    expect(again.map(({ digest }) => digest)).toEqual([model.digest, model.digest]);
    expect(compiled).toHaveLength(1);
  });

  it('compiles once where several want it at the same time', async () => {
    await Promise.all(Array.from({ length: 5 }, () => library().open('compiled')));
    expect(compiled).toHaveLength(1);
  });

  it('compiles again with another compiler, and where the file was lost', async () => {
    const first = await library().open('compiled');
    expect((await library('2').open('compiled')).digest).not.toBe(first.digest);
    expect(compiled).toHaveLength(2);
    await rm(fileOf(first, 'model.onnx').path);
    expect((await library().open('compiled')).digest).toBe(first.digest);
    expect(compiled).toHaveLength(3);
  });

  it('uses files of packages where they lie, but not other ones', async () => {
    const place = join(folder, 'app', 'node_modules', 'faces', 'vad.onnx');
    expect(fileOf(await library().open('packaged'), 'model.onnx').path).toBe(place);
    await writeFile(place, 'another network');
    await expect(library().open('packaged')).rejects.toThrow('has other content than the catalogue says');
    await writeFile(join(folder, 'app', 'node_modules', 'faces', 'net.json'), '{}');
    await expect(library().open('compiled')).rejects.toThrow('compiled: faces/net.json has other content');
    expect((await verifyModels(library())).problems).toEqual([
      expect.stringContaining('compiled: faces/net.json has other content'),
      expect.stringContaining('packaged: faces/vad.onnx has other content'),
    ]);
  });

  it('says what to pull, and what to do without a package', async () => {
    await expect(library().open('fetched-en')).rejects.toThrow('not installed: lantern models pull fetched-en');
    await expect(library().open('nothing')).rejects.toThrow('there is no model nothing');
    await rm(join(folder, 'app', 'node_modules', 'faces'), { recursive: true });
    await expect(library().open('packaged')).rejects.toThrow('the package faces is not installed: run npm install');
  });

  it('finds the best model that is ready for a task and a language', async () => {
    await expect(library().find({ task: 'speech', language: 'en' })).rejects.toThrow(
      'no model for speech in en is installed: lantern models pull fetched-en',
    );
    await install();
    expect((await library().find({ task: 'speech', language: 'en-GB' })).name).toBe('fetched-en');
    expect((await library().find({ task: 'voice', language: 'de' })).name).toBe('packaged');
    await expect(library().find({ task: 'speech', language: 'de' })).rejects.toThrow('none in the catalogue');
  });

  it('sees a pulled file that was damaged or cut', async () => {
    await install();
    expect(await verifyModels(library())).toEqual({ nModels: 3, problems: [] });
    const path = library().blobs.pathOf(sha256Of(weights));
    await writeFile(path, 'fetched WEIGHTS');
    const { problems } = await verifyModels(library(), new Set(['fetched-en']));
    expect(problems).toEqual([expect.stringMatching(/^fetched-en@[0-9a-f]{12}: model\.onnx has other content .*models pull/)]);
    await writeFile(path, 'fetched');
    await expect(library().open('fetched-en')).rejects.toThrow('has 7 bytes instead of 15');
  });
});
