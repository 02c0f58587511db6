import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfLayers from '@tensorflow/tfjs-layers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OnnxModel } from '../../graph/model.js';
import { writeModel } from '../../graph/protobuf/write-model.js';
import { Rng } from '../../random/rng.js';
import { NhwcEmitter } from '../emit/index.js';
import { parseWeightsManifest } from '../tensorflow/manifest.js';
import { readWeights } from '../tensorflow/weights.js';
import { compileLayersModel } from './compile-layers-model.js';

/** A Keras model as TensorFlow.js saves it. */
export interface SavedModel {
  readonly modelTopology: unknown;
  readonly weightSpecs: unknown;
  readonly weightBytes: Uint8Array;
}

/** Gives a model weights other than its initial ones, among which are many zeros and ones. */
export function randomiseWeights(model: tfLayers.LayersModel, rng: Rng): void {
  const weights = model.weights.map((weight) => {
    const shape = weight.shape.map((length) => length ?? 1);
    const isVariance = weight.originalName.endsWith('variance');
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () =>
      isVariance ? 0.5 + rng.float() : rng.float() - 0.5,
    );
    return tf.tensor(values, shape);
  });
  model.setWeights(weights);
}

export async function save(model: tfLayers.LayersModel): Promise<SavedModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
  });
  await model.save(handler);
  const data = saved?.weightData;
  const weightBytes = Buffer.concat((Array.isArray(data) ? data : [data!]).map((part) => new Uint8Array(part)));
  return { modelTopology: saved?.modelTopology, weightSpecs: saved?.weightSpecs, weightBytes };
}

/** Compiles a saved model to ONNX. */
export function compileSaved({ modelTopology, weightSpecs, weightBytes }: SavedModel): OnnxModel {
  const groups = parseWeightsManifest([{ paths: ['all'], weights: weightSpecs }]);
  const weights = readWeights(groups, () => weightBytes);
  const emitter = new NhwcEmitter();
  compileLayersModel(modelTopology, weights, emitter);
  return emitter.build();
}

/** @returns the outputs in the model's order */
export async function run(model: OnnxModel, inputs: Readonly<Record<string, tf.Tensor>>): Promise<Tensor[]> {
  const session = await InferenceSession.create(writeModel(model), { logSeverityLevel: 3 });
  const feeds = Object.entries(inputs).map(([name, tensor]) => {
    const data = tensor.dataSync();
    const isWhole = tensor.dtype === 'int32';
    const numbers = isWhole ? Int32Array.from(data) : Float32Array.from(data);
    return [name, new Tensor(isWhole ? 'int32' : 'float32', numbers, tensor.shape)];
  });
  const outputs = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
  return session.outputNames.map((name) => outputs[name]!);
}
