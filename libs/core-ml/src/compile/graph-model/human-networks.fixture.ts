import '@tensorflow/tfjs-backend-cpu';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as converter from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { writeModel } from '../../graph/protobuf/write-model.js';
import { Rng } from '../../random/rng.js';
import { compileTensorFlow, type CompileOptions, type CompileReport } from '../compile-tensorflow.js';
import { parseWeightsManifest } from '../tensorflow/manifest.js';
import { readWeights } from '../tensorflow/weights.js';

// Keeps TensorFlow.js from advertising its native package.
tf.enableProdMode();

const require = createRequire(import.meta.url);
const models = join(dirname(require.resolve('@vladmandic/human')), '..', 'models');

/** What the pixels lie between that the library `@vladmandic/human` feeds each of its networks. */
export const pixelRanges = {
  antispoof: [0, 1],
  blazeface: [-0.5, 1.5],
  centernet: [0, 255],
  emotion: [-1, 1],
  facemesh: [0, 1],
  faceres: [0, 255],
  'handlandmark-lite': [0, 1],
  iris: [0, 1],
  liveness: [0, 1],
  'movenet-lightning': [0, 255],
} as const;
export type HumanNetwork = keyof typeof pixelRanges;

/** A network in both runtimes. */
export interface Pair {
  readonly name: HumanNetwork;
  readonly report: CompileReport;
  readonly reference: converter.GraphModel;
  readonly session: InferenceSession;
  /** [batch, height, width, channels]; 1 where callers choose. */
  readonly dims: readonly [number, number, number, number];
  readonly elementType: 'float32' | 'int32';
}

interface ModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: { readonly weights: tf.io.WeightsManifestEntry[] }[];
  readonly signature?: object;
  readonly userDefinedMetadata?: object;
}

export async function useBackend(backend: 'wasm' | 'cpu'): Promise<void> {
  if (backend === 'wasm') {
    wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    wasm.setThreadsCount(1);
  }
  await tf.setBackend(backend);
  await tf.ready();
}

export function compileHuman(
  name: HumanNetwork | 'handtrack',
  options: CompileOptions = {},
): ReturnType<typeof compileTensorFlow> {
  const description: unknown = JSON.parse(readFileSync(join(models, `${name}.json`), 'utf8'));
  const groups = parseWeightsManifest((description as ModelJson).weightsManifest);
  const weights = readWeights(groups, (path) => readFileSync(join(models, path)));
  return compileTensorFlow({ description, weights }, options);
}

export async function openPair(name: HumanNetwork): Promise<Pair> {
  const { modelTopology, weightsManifest, signature, userDefinedMetadata } = JSON.parse(
    readFileSync(join(models, `${name}.json`), 'utf8'),
  ) as ModelJson;
  const reference = await converter.loadGraphModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
      weightData: new Uint8Array(readFileSync(join(models, `${name}.bin`))).buffer,
      ...(signature === undefined ? {} : { signature }),
      ...(userDefinedMetadata === undefined ? {} : { userDefinedMetadata }),
    }),
  );
  const { model, report } = compileHuman(name);
  const session = await InferenceSession.create(writeModel(model), { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const [input] = model.graph.inputs;
  const dims = input!.shape!.map((length) => (typeof length === 'number' ? length : 1));
  const elementType = input!.elementType === 'int32' ? 'int32' : 'float32';
  return { name, report, reference, session, dims: dims as [number, number, number, number], elementType };
}

/**
 * Outputs that may differ by more than the others. CenterNet's raw box sizes, one for each of 16,384 places whether there
 * is an object or not, are so sensitive that TensorFlow.js's own WASM and CPU backends lie up to 2.3e-3 apart.
 */
const looseOutputs: Readonly<Record<string, number>> = { 'tower_0/wh': 10 };

/**
 * Runs both on the same pixels, whose numbers lie between 0 and 1 before they are scaled to the network's range.
 *
 * @returns the largest difference of an output element, relative to the reference's where that is above one, and a tenth
 * of it for `looseOutputs`
 */
export async function largestDifference(pair: Pair, pixels: ArrayLike<number>): Promise<number> {
  const [least, most] = pixelRanges[pair.name];
  const isWhole = pair.elementType === 'int32';
  const scaled = Array.from(pixels, (pixel) => least + (most - least) * pixel);
  const data = isWhole ? Int32Array.from(scaled, Math.round) : Float32Array.from(scaled);
  const dims = [pixels.length / (pair.dims[1] * pair.dims[2] * pair.dims[3]), ...pair.dims.slice(1)];
  const input = tf.tensor(data, dims, pair.elementType);
  const expected = [pair.reference.execute(input)].flat();
  const results = await pair.session.run({
    [pair.session.inputNames[0]!]: new Tensor(pair.elementType, data as Float32Array, dims),
  });
  const differences = pair.session.outputNames.map((name, index) => {
    const reference = expected[index]!;
    if (reference.shape.join() !== results[name]!.dims.join())
      throw new Error(`${name}: [${results[name]!.dims.join()}]`);
    return outputDifference(reference.dataSync(), results[name]!.data as Float32Array) / (looseOutputs[name] ?? 1);
  });
  tf.dispose([input, ...expected]);
  if (expected.length !== differences.length) throw new Error(`${differences.length} outputs of ${expected.length}`);
  return Math.max(...differences);
}

function outputDifference(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(expected[i]! - actual[i]!) / Math.max(1, Math.abs(expected[i]!));
    largest = Math.max(largest, Number.isNaN(apart) ? Infinity : apart);
  }
  return largest;
}

/** Independent random pixels. */
export function noise(pair: Pair, seed: number, batch = pair.dims[0]): Float32Array {
  const rng = new Rng(seed);
  const [, height, width, channels] = pair.dims;
  return Float32Array.from({ length: batch * height * width * channels }, () => rng.float());
}

/** Shapes as photographs have them: a soft light from one side, a dark disc with two bright ones in it, some grain. */
export function drawing({ dims: [, height, width, channels] }: Pair, seed: number): Float32Array {
  const rng = new Rng(seed);
  const pixels = new Float32Array(height * width * channels);
  const inDisc = (x: number, y: number, centreX: number, centreY: number, radius: number): boolean =>
    (x - centreX) ** 2 + (y - centreY) ** 2 < radius ** 2;
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [column / width, row / height];
      const eye = inDisc(x, y, 0.38, 0.42, 0.06) || inDisc(x, y, 0.62, 0.42, 0.06);
      const light = eye ? 0.9 : inDisc(x, y, 0.5, 0.5, 0.32) ? 0.35 : 0.5 + 0.3 * x;
      for (let channel = 0; channel < channels; channel++) {
        pixels[i++] = Math.min(Math.max(light - 0.05 * channel + 0.06 * (rng.float() - 0.5), 0), 1);
      }
    }
  }
  return pixels;
}

/** The middle of an image file, scaled to the network's size. */
export async function photograph({ dims: [, height, width, channels] }: Pair, file: string): Promise<Float32Array> {
  const image = sharp(file).rotate().resize(width, height, { fit: 'cover' }).removeAlpha();
  const { data } = await (channels === 1 ? image.greyscale() : image.toColourspace('srgb'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Float32Array.from(data, (byte) => byte / 255);
}
