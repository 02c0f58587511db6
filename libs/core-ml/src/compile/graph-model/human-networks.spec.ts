import { beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedNetworkError } from '../errors.js';
import {
  compileHuman,
  drawing,
  largestDifference,
  noise,
  openPair,
  useBackend,
  type HumanNetwork,
} from './human-networks.fixture.js';

/** The smaller networks of `@vladmandic/human`; all of them are in the medium test. */
const networks: HumanNetwork[] = ['antispoof', 'blazeface', 'emotion', 'facemesh', 'iris', 'liveness'];

describe("Human's networks, compiled, beside TensorFlow.js's WASM backend", () => {
  beforeAll(() => useBackend('wasm'));

  it.each(networks)('%s gives the same outputs within 1e-3 for noise and for a drawing', async (name) => {
    const pair = await openPair(name);
    expect(await largestDifference(pair, noise(pair, 1))).toBeLessThan(1e-3);
    expect(await largestDifference(pair, drawing(pair, 2))).toBeLessThan(1e-3);
    await pair.session.release();
    pair.reference.dispose();
  });

  it.each([
    ['antispoof', 1],
    ['blazeface', 5],
    ['emotion', 1],
    ['facemesh', 1],
    ['iris', 2],
    ['liveness', 1],
  ] as const)('%s turns images at its ends only: %d times', (name, nTransposes) => {
    expect(compileHuman(name).report.nTransposes).toBe(nTransposes);
  });

  it('runs several faces at once where the network leaves the batch open', async () => {
    const pair = await openPair('emotion');
    expect(pair.report.model.inputs[0]!.shape).toEqual(['batch', 64, 64, 1]);
    expect(await largestDifference(pair, noise(pair, 3, 4))).toBeLessThan(1e-3);
    await pair.session.release();
    pair.reference.dispose();
  });
});

describe('compiling again', () => {
  it('takes and gives images channels first on request, without a transpose', () => {
    const { model, report } = compileHuman('liveness', { inputLayout: 'NCHW' });
    expect(model.graph.inputs).toEqual([
      { name: 'conv2d_1_input', elementType: 'float32', shape: ['batch', 3, 32, 32] },
    ]);
    expect(report.nTransposes).toBe(0);
  });

  it('counts the operators of both sides', () => {
    const { report } = compileHuman('liveness');
    expect(report.format).toBe('graph-model');
    expect(report.sourceOperators.get('_FusedConv2D')).toBe(4);
    expect(report.model.operators.get('Conv')).toBe(4);
    expect(report.model.nParameters).toBeGreaterThan(0.99 * report.sourceParameters.count);
  });

  it('stores weights in half the space on request, exactly where they were halves before', () => {
    const full = compileHuman('antispoof').report.model;
    const half = compileHuman('antispoof', { weightStorage: 'float16' }).report.model;
    expect(half.parameterBytes).toBeLessThan(0.51 * full.parameterBytes);
    expect(half.nParameters).toBe(full.nParameters);
  });

  it('says of a network with loops everything that stands in the way', () => {
    expect(() => compileHuman('handtrack')).toThrow(UnsupportedNetworkError);
    for (const operator of ['Enter', 'Merge', 'Switch', 'NextIteration', 'LoopCond', 'TensorListReserve']) {
      expect(() => compileHuman('handtrack')).toThrow(`no converter for ${operator} (`);
    }
  });
});
