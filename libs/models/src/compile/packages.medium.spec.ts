import { afterAll, describe, expect, it } from 'vitest';
import { CompiledModel } from './compare/compiled-model.js';
import { differenceOf } from './compare/difference.js';
import { openReference } from './compare/open-reference.js';
import { sampleInputs, type Sample, type Samples } from './compare/tensor-sample.js';
import { compileNetwork } from './compile-network.js';
import { findNetwork, findNetworks } from './sources/find-networks.js';
import { readNetwork } from './sources/read-network.js';

/** Float32 sums in another order: the bar of the suite is 1e-3, of outputs that exceed one relative to the largest. */
const tolerance = 1e-3;
const networks: readonly (readonly [string, string])[] = [
  ...['antispoof', 'blazeface', 'centernet', 'emotion', 'facemesh', 'faceres'].map(human),
  ...['handlandmark-lite', 'iris', 'liveness', 'movenet-lightning'].map(human),
  ...['age_gender_model', 'face_expression_model', 'face_landmark_68_model'].map(faceApi),
  ...['face_landmark_68_tiny_model', 'face_recognition_model'].map(faceApi),
  ...['ssd_mobilenetv1_model', 'tiny_face_detector_model'].map(faceApi),
  ...(['mobilenet_v2', 'mobilenet_v2_mid', 'inception_v3'] as const).map((name) => ['nsfwjs', name] as const),
];

function human(name: string) {
  return ['@vladmandic/human', name] as const;
}
function faceApi(name: string) {
  return ['@vladmandic/face-api', name] as const;
}

describe('networks that packages carry', () => {
  const largest = new Map<string, number>();
  afterAll(() => console.table(Object.fromEntries([...largest].map(([name, value]) => [name, value.toExponential(1)]))));

  it('are all in this list, but one whose graph loops', async () => {
    const sources = ['@vladmandic/human', '@vladmandic/face-api', 'nsfwjs'];
    const found = (await Promise.all(sources.map((source) => findNetworks(source)))).flat().map(({ name }) => name);
    expect(found.filter((name) => name !== 'handtrack').sort()).toEqual(networks.map(([, name]) => name).sort());
  });

  it.each(networks)('%s %s computes what TensorFlow.js does', async (source, name) => {
    const network = await readNetwork(await findNetwork(source, name));
    const { model, report } = await compileNetwork(network, {}, () => {});
    const { reference, reason } = await openReference(network, report.format);
    if (reference === undefined) throw new Error(reason);
    const range = report.format === 'face-api' ? ([0, 255] as const) : ([0, 1] as const);
    const samples = sampleInputs(report.inputs, { range, lengths: { height: 352, width: 352 }, seed: 5 });
    const compiled = await CompiledModel.open(model);
    const [expected, actual] = [await reference.run(samples), await compiled.run(samples)];
    reference.close();
    await compiled.close();
    expect(actual.length).toBe(expected.length);
    const differences = expected.map((tensor, i) => differenceOf(compiled.outputNames[i]!, tensor, actual[i]!));
    const relative = differences.map((difference) => difference.largest / Math.max(1, difference.magnitude));
    // Outputs that are nothing but zeros would agree with anything.
    expect(differences.every(({ magnitude }) => magnitude > 0)).toBe(true);
    largest.set(name, Math.max(...relative));
    expect(Math.max(...relative)).toBeLessThan(tolerance);
  });

  it.each([faceApi('face_recognition_model'), ['nsfwjs', 'mobilenet_v2'] as const])(
    '%s %s computes a batch as it computes its parts',
    async (source, name) => {
      const network = await readNetwork(await findNetwork(source, name));
      const { model, report } = await compileNetwork(network, {}, () => {});
      const parts = [1, 2, 3].map((seed) => sampleInputs(report.inputs, { range: [0, 1], seed }));
      const compiled = await CompiledModel.open(model);
      const [whole] = await compiled.run(joined(parts));
      const single = (await Promise.all(parts.map((part) => compiled.run(part)))).map(([output]) => output!);
      await compiled.close();
      const rows = new Float32Array(single.flatMap(({ data }) => [...data]));
      expect(differenceOf(name, { ...single[0]!, data: rows }, whole!).largest).toBeLessThan(1e-5);
    },
  );

  it.each([human('emotion'), ['nsfwjs', 'mobilenet_v2'] as const])('%s %s agrees layer by layer', async (source, name) => {
    const network = await readNetwork(await findNetwork(source, name));
    const { report } = await compileNetwork(network, { compare: 'layers' }, () => {});
    const layers = report.comparison?.layers ?? [];
    expect(layers.length).toBeGreaterThan(15);
    const relative = layers.map(({ largest, magnitude }) => largest / Math.max(1, magnitude));
    expect(Math.max(...relative)).toBeLessThan(tolerance);
  });
});

/** The parts of one batch, along the first axis. */
function joined(parts: readonly Samples[]): Samples {
  const [name, first] = [...parts[0]!][0]!;
  const data = new Float32Array(parts.flatMap((part) => [...part.get(name)!.data]));
  const sample: Sample = { elementType: 'float32', dims: [parts.length, ...first.dims.slice(1)], data };
  return new Map([[name, sample]]);
}
