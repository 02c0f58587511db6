import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModel } from '@lantern/core-ml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileSource, sourceFiles } from './compile-source.js';
import type { CompileProgress } from './progress.js';
import { largestDifference, reportText } from './report.js';
import { CompileSourceError } from './source-error.js';

const faceApi = '@vladmandic/face-api';
const landmarks = 'face_landmark_68_tiny_model';

describe('compileSource', () => {
  it('compiles a network of a package, tells how far it is, and reports what it made', async () => {
    const progress: CompileProgress[] = [];
    const { model, report } = await compileSource(faceApi, {
      entry: landmarks,
      onProgress: (step) => progress.push(step),
    });
    expect(progress.map(({ stage, done, total }) => `${stage} ${done}/${total}`)).toEqual([
      ...['find 0/1', 'read 1/1', 'compile 0/1'],
    ]);
    expect(readModel(model).graph.outputs.map(({ name, shape }) => [name, shape])).toEqual([['landmarks', ['batch', 136]]]);
    expect(report).toMatchObject({ name: landmarks, format: 'face-api', sizeBytes: { after: model.length } });
    expect(report.sourceFiles).toEqual(await sourceFiles(faceApi, landmarks));
    expect(report.comparison).toBeUndefined();
    expect(report.latency).toBeUndefined();
  });

  it('compares with TensorFlow.js and measures both on request', async () => {
    const { report } = await compileSource(faceApi, { entry: landmarks, compare: 'outputs', measure: true });
    expect(report.comparison?.outputs.map(({ name, dims }) => [name, dims])).toEqual([['landmarks', [1, 136]]]);
    expect(report.comparison?.outputs[0]?.magnitude).toBeGreaterThan(0.1);
    expect(largestDifference(report)).toBeLessThan(1e-5);
    expect(report.latency?.beforeMs).toBeGreaterThan(0);
    expect(report.latency?.afterMs).toBeGreaterThan(0);
    expect(reportText(report)).toMatch(/input {2}image: float32 \[batch, 112, 112, 3\][^]*times as fast[^]*largest difference/);
  });

  it('stops when told', async () => {
    const controller = new AbortController();
    const compiling = compileSource('nsfwjs', {
      ...{ entry: 'inception_v3', signal: controller.signal },
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(compiling).rejects.toThrow('enough');
    await expect(compileSource(faceApi, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });
});

describe('compileSource of what it cannot compile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-compile-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['a network of unknown layers', { modelTopology: keras('LSTM'), weightsManifest: [] }, "no converter for LSTM ('l')"],
    ['weights of an unknown architecture', [{ paths: [], weights: [] }], 'only the architectures of face-api are known'],
    ['neither', { modelTopology: 7, weightsManifest: [] }, 'neither a TensorFlow.js model.json nor a weights manifest'],
    ['a broken manifest', { modelTopology: keras('ReLU'), weightsManifest: {} }, 'not a list of groups'],
  ])('says why: %s', async (_, description, message) => {
    const path = join(folder, 'model.json');
    await writeFile(path, JSON.stringify(description));
    const failure: unknown = await compileSource(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CompileSourceError);
    expect((failure as Error).message).toContain(message);
  });

  it('finds relative paths where it is told to', async () => {
    await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology: keras('ReLU'), weightsManifest: [] }));
    const { report } = await compileSource('model.json', { workingDirectory: folder });
    expect(report.outputs).toEqual([{ name: 'l', elementType: 'float32', shape: ['batch', 3] }]);
  });
});

function keras(className: string) {
  const input = { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 3] } };
  return { class_name: 'Sequential', config: [input, { class_name: className, config: { name: 'l' } }] };
}
