import { existsSync, readdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tensor } from 'onnxruntime-node';
import type { Dimension, OnnxModel } from './model.js';
import { seededFeeds, type Values } from './run-model.fixture.js';

const packages = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
export const moonshine = joinPath(packages, '@moonshine-ai/moonshine-js/dist/model/tiny/quantized');
/**
 * Networks that others made: of two npm packages, and of a folder of data sets where it is at hand.
 * @param datasets what the environment variable LANTERN_DATASETS says
 */
export function networkFiles(datasets: string | undefined): readonly string[] {
  const folders = [
    joinPath(packages, '@ricky0123/vad-web/dist'),
    moonshine,
    ...(datasets === undefined ? [] : [joinPath(datasets, 'vision/weights')]),
  ];
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.onnx'))
        .map((name) => joinPath(folder, name)),
    );
}

/** Lengths by name that fit together in one of the networks, and a number of samples and pixels for those without. */
const lengths: Readonly<Record<string, number>> = {
  batch: 1,
  batch_size: 1,
  sequence: 512,
  num_samples: 16_000,
  height: 96,
  width: 96,
  decoder_sequence_length: 3,
  encoder_sequence_length: 40,
  encoder_sequence_length_out: 40,
  past_decoder_sequence_length: 2,
};

function lengthOf(dimension: Dimension, axis: number, input: string): number {
  if (typeof dimension === 'number') return dimension;
  const unnamed = input === 'x' ? 96 : axis === 1 && input === 'input' ? 512 : 1;
  return dimension === undefined ? unnamed : (lengths[dimension] ?? 1);
}

/** Inputs that fit the network. */
export function feedsOf(model: OnnxModel): Values {
  const feeds = seededFeeds(model, lengthOf);
  const sampleRate = new Tensor('int64', BigInt64Array.of(16_000n), []);
  return 'sr' in feeds ? { ...feeds, sr: sampleRate } : feeds;
}
