import * as tfLayers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../random/rng.js';
import { SourceModelError, UnsupportedNetworkError } from '../errors.js';
import { compileSaved, randomiseWeights, save, type SavedModel } from './layers.fixture.js';

const nMutations = 600;
const odd = [null, 0, -1, 1e9, 0.5, NaN, '', 'same', true, [], {}, [[0, 1]], [1, 2, 3], [null, 4]];

type Container = Record<string, unknown>;

/** Every object and list below a value, itself included. */
function containersOf(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containersOf)];
}

/** One member of one object or list becomes something else, goes, or changes places with another. */
function mutate(value: unknown, rng: Rng): void {
  const containers = containersOf(value).filter((container) => Object.keys(container).length > 0);
  const container = containers[rng.below(containers.length)]!;
  const keys = Object.keys(container);
  const key = keys[rng.below(keys.length)]!;
  const other = keys[rng.below(keys.length)]!;
  const kind = rng.below(4);
  if (kind === 0 && Array.isArray(container)) container.splice(Number(key), 1);
  else if (kind === 0) delete container[key];
  else if (kind === 1) [container[key], container[other]] = [container[other], container[key]];
  else container[key] = odd[rng.below(odd.length)];
}

describe('a Keras model of which parts are lost or wrong', () => {
  let whole: SavedModel;
  beforeAll(async () => {
    const { layers } = tfLayers;
    const inner = tfLayers.sequential({
      layers: [layers.dense({ units: 4, inputShape: [12] }), layers.dropout({ rate: 0.1 })],
    });
    const x = tfLayers.input({ shape: [6, 6, 3] });
    const apply = (layer: tfLayers.layers.Layer, ...of: unknown[]) =>
      layer.apply((of.length === 1 ? of[0] : of) as tfLayers.SymbolicTensor) as tfLayers.SymbolicTensor;
    const a = apply(layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }), x);
    const b = apply(
      layers.batchNormalization({}),
      apply(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), a),
    );
    const c = apply(layers.concatenate(), apply(layers.upSampling2d({}), apply(layers.averagePooling2d({}), x)), x);
    const d = apply(
      layers.maxPooling2d({ poolSize: 2 }),
      apply(layers.zeroPadding2d({ padding: 1 }), apply(layers.add(), a, b)),
    );
    const e = apply(inner, apply(layers.reshape({ targetShape: [12] }), d));
    const outputs = [apply(layers.softmax({}), e), apply(layers.globalAveragePooling2d({}), c)];
    const model = tfLayers.model({ inputs: x, outputs });
    randomiseWeights(model, new Rng(1));
    whole = await save(model);
    compileSaved(whole);
  });

  it('is compiled or refused with a reason, and nothing else happens', () => {
    const rng = new Rng(2);
    const reasons = new Map<string, number>();
    for (let i = 0; i < nMutations; i++) {
      const topology = structuredClone(whole.modelTopology);
      for (let count = 1 + rng.below(3); count > 0; count--) mutate(topology, rng);
      try {
        compileSaved({ ...whole, modelTopology: topology });
        reasons.set('compiled', (reasons.get('compiled') ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof SourceModelError || error instanceof UnsupportedNetworkError)) throw error;
        expect(error.message.length).toBeLessThan(500);
        reasons.set(error.message, (reasons.get(error.message) ?? 0) + 1);
      }
    }
    // Most of a configuration concerns training, so that many changes have no effect.
    expect(reasons.get('compiled')).toBeGreaterThan(50);
    expect(reasons.size).toBeGreaterThan(50);
  });
});
