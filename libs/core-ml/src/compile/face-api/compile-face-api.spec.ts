import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../graph/model.js';
import { float32, int32 } from '../../graph/tensor/create.js';
import { NhwcEmitter } from '../emit/index.js';
import { SourceModelError, UnsupportedNetworkError } from '../errors.js';
import { compileFaceApi, faceApiNetworkOf } from './compile-face-api.js';

// What the networks compute is compared with face-api's own code in libs/models, which has its weights.

const zeros = (...dims: number[]) =>
  float32(dims, new Float32Array(dims.reduce((product, length) => product * length, 1)));

/** Weights of the small network for landmarks; its channels by block. */
function tinyLandmarks(): Map<string, TensorData> {
  const weights = new Map([
    ['fc/weights', zeros(128, 136)],
    ['fc/bias', zeros(136)],
  ]);
  let inputs = 3;
  for (const [block, channels] of [32, 64, 128].entries()) {
    for (const conv of ['conv0', 'conv1', 'conv2']) {
      const at = `dense${block}/${conv}`;
      if (inputs === 3) weights.set(`${at}/filters`, zeros(3, 3, 3, channels));
      else {
        weights.set(`${at}/depthwise_filter`, zeros(3, 3, inputs, 1));
        weights.set(`${at}/pointwise_filter`, zeros(1, 1, inputs, channels));
      }
      weights.set(`${at}/bias`, zeros(channels));
      inputs = channels;
    }
  }
  return weights;
}

const compile = (weights: ReadonlyMap<string, TensorData>) => {
  const emitter = new NhwcEmitter();
  compileFaceApi(weights, emitter);
  return emitter.build();
};

describe('compileFaceApi', () => {
  it('knows a network by its weights and gives it named inputs and outputs', () => {
    const weights = tinyLandmarks();
    expect(faceApiNetworkOf(weights)).toBe('face_landmark_68_tiny_model');
    const { inputs, outputs } = compile(weights).graph;
    expect(inputs.map(({ name, shape }) => [name, shape])).toEqual([['image', ['batch', 112, 112, 3]]]);
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([['landmarks', ['batch', 136]]]);
  });

  it('refuses weights of another network', () => {
    const weights = new Map([['some/kernel', zeros(2, 2)]]);
    expect(faceApiNetworkOf(weights)).toBeUndefined();
    expect(() => compile(weights)).toThrow(UnsupportedNetworkError);
    expect(() => compile(weights)).toThrow(/'some\/kernel'.*only the architectures of face-api are known/);
    expect(() => compile(new Map())).toThrow("'no weights'");
  });

  it.each([
    ['is missing', undefined, "the weight 'dense1/conv2/bias' is missing"],
    ['is of another rank', zeros(8, 8), "'dense1/conv2/bias' should be float32 of 1 dimensions, found float32 [8, 8]"],
    ['is of another type', int32([64], new Int32Array(64)), 'found int32 [64]'],
    ['is of another length', zeros(63), 'do not fit face_landmark_68_tiny_model'],
  ])('says so when a weight %s', (_, weight, message) => {
    const weights = tinyLandmarks();
    if (weight === undefined) weights.delete('dense1/conv2/bias');
    else weights.set('dense1/conv2/bias', weight);
    expect(() => compile(weights)).toThrow(SourceModelError);
    expect(() => compile(weights)).toThrow(message);
  });
});
