import * as tf from '@tensorflow/tfjs-core';
import * as tfLayers from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../random/rng.js';
import { NhwcEmitter } from '../emit/index.js';
import { SourceModelError, UnsupportedNetworkError } from '../errors.js';
import { compileLayersModel, supportedLayers } from './compile-layers-model.js';
import { compileSaved, randomiseWeights, run, save } from './layers.fixture.js';

const { layers } = tfLayers;
const image = [6, 7, 4];
const sequence = [9, 4];

/** Layers of one input as configured, and the input's shape. */
const single: Record<string, [layer: () => tfLayers.layers.Layer, shape: number[]]> = {
  Conv2D: [() => layers.conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }), image],
  'Conv2D, dilated': [() => layers.conv2d({ filters: 3, kernelSize: [2, 3], dilationRate: 2, useBias: false }), image],
  DepthwiseConv2D: [
    () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' }),
    image,
  ],
  SeparableConv2D: [
    () => layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'elu' }),
    image,
  ],
  Conv2DTranspose: [() => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }), image],
  'Conv2DTranspose, valid': [() => layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 3 }), image],
  MaxPooling2D: [() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }), image],
  AveragePooling2D: [() => layers.averagePooling2d({ poolSize: [2, 3], padding: 'same' }), image],
  GlobalMaxPooling2D: [() => layers.globalMaxPooling2d({}), image],
  GlobalAveragePooling2D: [() => layers.globalAveragePooling2d({}), image],
  ZeroPadding2D: [() => layers.zeroPadding2d({ padding: [[0, 1], [2, 3]] }), image], // prettier-ignore
  Cropping2D: [() => layers.cropping2D({ cropping: [[1, 0], [2, 1]] }), image], // prettier-ignore
  UpSampling2D: [() => layers.upSampling2d({ size: [2, 3] }), image],
  'UpSampling2D, bilinear': [() => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }), image],
  Conv1D: [() => layers.conv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' }), sequence],
  'Conv1D, dilated': [() => layers.conv1d({ filters: 5, kernelSize: 3, dilationRate: 2 }), sequence],
  MaxPooling1D: [() => layers.maxPooling1d({ poolSize: 2, strides: 2 }), sequence],
  AveragePooling1D: [() => layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }), sequence],
  GlobalMaxPooling1D: [() => layers.globalMaxPooling1d(), sequence],
  GlobalAveragePooling1D: [() => layers.globalAveragePooling1d(), sequence],
  Dense: [() => layers.dense({ units: 5, activation: 'tanh' }), [7]],
  'Dense over a sequence': [() => layers.dense({ units: 5 }), sequence],
  Embedding: [() => layers.embedding({ inputDim: 10, outputDim: 3 }), [5]],
  Flatten: [() => layers.flatten(), image],
  Reshape: [() => layers.reshape({ targetShape: [7, -1] }), image],
  Permute: [() => layers.permute({ dims: [3, 1, 2] }), image],
  RepeatVector: [() => layers.repeatVector({ n: 3 }), [4]],
  Rescaling: [() => layers.rescaling({ scale: 0.5, offset: -1 }), image],
  BatchNormalization: [() => layers.batchNormalization({ epsilon: 0.01 }), image],
  'BatchNormalization of vectors': [() => layers.batchNormalization({ scale: false }), [5]],
  LayerNormalization: [() => layers.layerNormalization({ epsilon: 0.01 }), image],
  ReLU: [() => layers.reLU({ maxValue: 0.3 }), image],
  LeakyReLU: [() => layers.leakyReLU({ alpha: 0.2 }), image],
  PReLU: [() => layers.prelu({ sharedAxes: [1, 2] }), image],
  'PReLU, a slope for each element': [() => layers.prelu({}), image],
  ELU: [() => layers.elu(), image],
  ThresholdedReLU: [() => layers.thresholdedReLU({ theta: 0.2 }), image],
  Softmax: [() => layers.softmax({ axis: -1 }), image],
  Dropout: [() => layers.dropout({ rate: 0.5 }), image],
  SpatialDropout1D: [() => layers.spatialDropout1d({ rate: 0.5 }), sequence],
  AlphaDropout: [() => layers.alphaDropout({ rate: 0.5 }), image],
  GaussianDropout: [() => layers.gaussianDropout({ rate: 0.5 }), image],
  GaussianNoise: [() => layers.gaussianNoise({ stddev: 0.5 }), image],
};
const activations = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign'],
  ...['softmax', 'logSoftmax', 'swish', 'mish', 'gelu', 'gelu_new'],
] as const;
for (const activation of activations) {
  single[`Activation ${activation}`] = [() => layers.activation({ activation: activation as 'relu' }), image];
}

const merging: Record<string, () => tfLayers.layers.Layer> = {
  Add: () => layers.add(),
  Multiply: () => layers.multiply(),
  Maximum: () => layers.maximum(),
  Minimum: () => layers.minimum(),
  Average: () => layers.average(),
  Concatenate: () => layers.concatenate({ axis: 2 }),
  'Concatenate channels': () => layers.concatenate(),
};

/** Between a convolution and another, where values lie with channels first. */
function withinConvolutions(layer: tfLayers.layers.Layer, shape: number[]): tfLayers.LayersModel {
  const model = tfLayers.sequential();
  if (shape.length === 3) model.add(layers.conv2d({ filters: 4, kernelSize: 1, inputShape: shape }));
  else model.add(layers.inputLayer({ inputShape: shape }));
  model.add(layer);
  return model;
}

const batch = 2;
const seed = 7;
const random = (shape: readonly number[], rng: Rng) =>
  tf.tensor(
    Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => 2 * rng.float() - 1),
    [...shape],
  );

async function largestDifference(model: tfLayers.LayersModel, inputs: Record<string, tf.Tensor>): Promise<number> {
  const expected = [model.predict(Object.values(inputs))].flat();
  const compiled = compileSaved(await save(model));
  expect(compiled.graph.outputs.map(({ shape }) => shape?.[0])).toEqual(expected.map(() => 'batch'));
  const outputs = await run(compiled, inputs);
  expect(outputs.map(({ dims }) => dims)).toEqual(expected.map(({ shape }) => shape));
  return Math.max(
    ...expected.map((tensor, index) => {
      const numbers = outputs[index]!.data as Float32Array;
      return Array.from(tensor.dataSync()).reduce((most, value, i) => Math.max(most, Math.abs(value - numbers[i]!)), 0);
    }),
  );
}

describe('compileLayersModel', () => {
  it.each(Object.keys(single))('computes %s as TensorFlow.js does', async (name) => {
    const [layer, shape] = single[name]!;
    const rng = new Rng(seed);
    const model = withinConvolutions(layer(), shape);
    randomiseWeights(model, rng);
    const x =
      name === 'Embedding' ? tf.tensor([3, 1, 9, 0, 7, 2, 2, 5, 8, 4], [batch, 5]) : random([batch, ...shape], rng);
    expect(await largestDifference(model, { [model.inputNames[0]!]: x })).toBeLessThan(1e-5);
  });

  it.each(Object.keys(merging))('computes %s as TensorFlow.js does', async (name) => {
    const rng = new Rng(seed);
    const inputs = ['a', 'b', 'c'].map((input) => tfLayers.input({ shape: image, name: input }));
    const convolved = inputs.map((input) => layers.conv2d({ filters: 4, kernelSize: 1 }).apply(input));
    const merged = merging[name]!().apply(convolved as tfLayers.SymbolicTensor[]) as tfLayers.SymbolicTensor;
    const model = tfLayers.model({ inputs, outputs: merged });
    randomiseWeights(model, rng);
    const feeds = Object.fromEntries(['a', 'b', 'c'].map((input) => [input, random([batch, ...image], rng)]));
    expect(await largestDifference(model, feeds)).toBeLessThan(1e-5);
  });

  it('has a case for each layer that it says it supports', () => {
    const aliases = /^(Convolution2|SeparableConvolution2|Deconvolution2|(Global)?(Max|Avg)Pool2D)/;
    // TensorFlow.js has these in another form or not at all; the first is covered by the converter's own tests.
    const elsewhere = new Set(['Subtract', 'SpatialDropout2D', 'ActivityRegularization', 'Activation']);
    const tried = new Set([...Object.keys(single), ...Object.keys(merging)].map((name) => name.split(/[ ,]/)[0]!));
    const missing = supportedLayers.filter((name) => !tried.has(name) && !aliases.test(name) && !elsewhere.has(name));
    expect(missing).toEqual([]);
  });

  it('compiles shared layers, models within models and several outputs', async () => {
    const rng = new Rng(seed);
    const inner = tfLayers.sequential({
      layers: [layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', inputShape: image }), layers.reLU()],
    });
    const x = tfLayers.input({ shape: image, name: 'x' });
    const once = inner.apply(x) as tfLayers.SymbolicTensor;
    const twice = inner.apply(once) as tfLayers.SymbolicTensor;
    const sum = layers.add().apply([once, twice]) as tfLayers.SymbolicTensor;
    const flat = layers.flatten().apply(sum) as tfLayers.SymbolicTensor;
    const model = tfLayers.model({
      inputs: x,
      outputs: [layers.dense({ units: 3 }).apply(flat) as tfLayers.SymbolicTensor, sum],
    });
    randomiseWeights(model, rng);
    expect(await largestDifference(model, { x: random([batch, ...image], rng) })).toBeLessThan(1e-5);
  });

  it('names all layers that it does not know', () => {
    const unknown = ['LSTM', 'Lambda', 'LSTM'].map((className, index) => ({
      class_name: className,
      config: { name: `l${index}` },
    }));
    const first = { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 3] } };
    const topology = { class_name: 'Sequential', config: [first, ...unknown] };
    const compile = () => compileLayersModel(topology, new Map(), new NhwcEmitter());
    expect(compile).toThrow(UnsupportedNetworkError);
    expect(compile).toThrow("no converter for LSTM (2 nodes, first 'l0'); no converter for Lambda ('l1')");
  });

  it.each([
    [
      'a missing weight',
      { class_name: 'Dense', config: { name: 'd', units: 2 } },
      SourceModelError,
      "layer 'd' has no weight 'kernel'",
    ],
    [
      'channels first',
      { class_name: 'Conv2D', config: { name: 'c', data_format: 'channels_first' } },
      UnsupportedNetworkError,
      "Conv2D ('c'): channels come first",
    ],
    [
      'another activation',
      { class_name: 'Activation', config: { name: 'a', activation: 'toString' } },
      UnsupportedNetworkError,
      "activation 'toString' is not known",
    ],
    [
      'a wrong member',
      { class_name: 'Softmax', config: { name: 's', axis: 'x' } },
      SourceModelError,
      'layer \'s\' (Softmax): axis should be a whole number, found "x"',
    ],
  ])('refuses %s', (_, layer, kind, message) => {
    const first = { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 4, 4, 3] } };
    const compile = () =>
      compileLayersModel({ class_name: 'Sequential', config: [first, layer] }, new Map(), new NhwcEmitter());
    expect(compile).toThrow(kind);
    expect(compile).toThrow(message);
  });
});
