import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompileSourceError } from '../source-error.js';
import { findNetwork, findNetworks } from './find-networks.js';
import { networkFiles, readNetwork } from './read-network.js';

const weights = [{ name: 'w', shape: [4], dtype: 'uint8' }];
const model = (...paths: string[]) => ({ modelTopology: { node: [] }, weightsManifest: [{ paths, weights }] });

describe('networks in folders', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-networks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (path: string, content: unknown) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  };

  it('finds models, scripts and manifests at any depth, and no other JSON', async () => {
    await write('package.json', { name: 'x' });
    await write('tsconfig.json', '{ // comment\n}');
    await write('models/blazeface.json', model('blazeface.bin'));
    await write('deep/down/mobilenet/model.json', model('a'));
    await write('script/model.min.js', `e.exports={modelTopology:{},weightsManifest:[{paths:["s"],weights:[]}]}`);
    await write('face_model-weights_manifest.json', [{ paths: ['f.bin'], weights }]);
    await write('node_modules/other/model.json', model('a'));
    const names = (await findNetworks(folder)).map(({ name }) => name).sort();
    expect(names).toEqual(['blazeface', 'face_model', 'mobilenet', 'script']);
  });

  it('takes the only network there is, and asks for a name where there are several', async () => {
    await write('a/model.json', model('x'));
    expect((await findNetwork(folder, undefined)).path).toBe(join(folder, 'a', 'model.json'));
    await write('b/model.json', model('x'));
    await expect(findNetwork(folder, undefined)).rejects.toThrow('name one of: a, b');
    expect((await findNetwork(folder, 'b')).name).toBe('b');
    expect((await findNetwork(folder, 'a/model.json')).name).toBe('a');
    await expect(findNetwork(folder, 'c')).rejects.toThrow("has no network 'c'; it has: a, b");
  });

  it('tells networks of one name apart by their paths', async () => {
    await write('one/net/model.json', model('x'));
    await write('two/net/model.json', model('x'));
    expect((await findNetworks(folder)).map(({ name }) => name)).toEqual(['one/net/model.json', 'two/net/model.json']);
  });

  it('reads shards once each, in the order of the manifest', async () => {
    await write('model.json', model('b', 'sub/a'));
    await write('b', new Uint8Array([1]));
    await write('sub/a', new Uint8Array([2, 3, 4]));
    const network = await findNetwork(folder, undefined);
    const read = await readNetwork(network);
    expect([...read.shards].map(([name, bytes]) => [name, [...bytes]])).toEqual([
      ['b', [1]],
      ['sub/a', [2, 3, 4]],
    ]);
    expect(read.files).toEqual(['model.json', 'b', 'sub/a'].map((name) => join(folder, name)));
    expect(await networkFiles(network)).toEqual(read.files);
  });

  it('reads base64 shards of bundled scripts', async () => {
    await write('model.min.js', `e.exports={modelTopology:{node:[]},weightsManifest:[{paths:["g1"],weights:[]}]}`);
    await write('g1.min.js', `e.exports="AAEC/w=="`);
    const read = await readNetwork(await findNetwork(folder, undefined));
    expect([...read.shards.get('g1')!]).toEqual([0, 1, 2, 255]);
  });

  it.each(['../secret', '/etc/passwd', 'a/../../secret', 'https://example.org/w.bin'])(
    'does not leave the folder for the weights %s',
    async (path) => {
      await write('model.json', model(path));
      const network = await findNetwork(folder, undefined);
      await expect(readNetwork(network)).rejects.toThrow('outside its folder');
      await expect(networkFiles(network)).rejects.toThrow(CompileSourceError);
    },
  );

  it('names the weights that are missing', async () => {
    await write('model.json', model('gone.bin'));
    await expect(readNetwork(await findNetwork(folder, undefined))).rejects.toThrow(/gone\.bin cannot be read/);
  });

  it('says what is wrong with a source', async () => {
    await expect(findNetworks(join(folder, 'nowhere'))).rejects.toThrow('there is no file or folder');
    await expect(findNetworks('no-such-package-here')).rejects.toThrow('npm install no-such-package-here');
    await expect(findNetwork(folder, undefined)).rejects.toThrow('no network that can be compiled');
    await write('broken.json', '{');
    await expect(readNetwork({ name: 'broken', path: join(folder, 'broken.json') })).rejects.toThrow('is not JSON');
  });
});

describe('networks in npm packages', () => {
  it.each([
    ['@vladmandic/human', 'blazeface'],
    ['@vladmandic/face-api', 'tiny_face_detector_model'],
    ['nsfwjs', 'mobilenet_v2'],
  ])('finds those of %s', async (name, entry) => {
    const { files, sizeBytes } = await readNetwork(await findNetwork(name, entry));
    expect(files.length).toBeGreaterThan(1);
    expect(sizeBytes).toBeGreaterThan(100_000);
  });
});
