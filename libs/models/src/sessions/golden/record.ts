import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, InferenceSession } from 'onnxruntime-node';
import { fromRuntime, toRuntime } from '../runtime/runtime-tensors.js';
import type { NamedTensors, Tensor } from '../tensors/tensor.js';
import { dictate, encode, moonshineFile, risingTone, type Runner } from './moonshine.fixture.js';

/** How far apart the recorded values of the encoder's output lie. */
export const recordedStride = 577;

/** The runtime alone: no pool, no worker, no batches. */
export async function runtimeAlone(name: Parameters<typeof moonshineFile>[0]): Promise<Runner> {
  const source = await moonshineFile(name);
  if (!('path' in source)) throw new Error('the networks are files');
  const session = await InferenceSession.create(source.path, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  return {
    run: async (feeds: NamedTensors): Promise<NamedTensors> => {
      const given = Object.entries(feeds).map(([input, feed]) => [input, toRuntime(feed)] as const);
      const results = await session.run(Object.fromEntries(given));
      const outputs: Record<string, Tensor> = {};
      for (const [output, result] of Object.entries(results)) outputs[output] = fromRuntime(output, result);
      return outputs;
    },
  };
}

/** Writes `golden/moonshine.json` beside the sources: `node libs/models/dist/sessions/golden/record.js`. */
async function main(): Promise<void> {
  const [encoder, decoder] = [await runtimeAlone('encoder_model'), await runtimeAlone('decoder_model_merged')];
  const samples = risingTone();
  const hidden = await encode(encoder, samples);
  const golden = {
    runtime: `onnxruntime-node ${env.versions.node}`,
    dims: hidden.dims,
    stride: recordedStride,
    values: [...hidden.data].filter((_, i) => i % recordedStride === 0),
    scores: await dictate(encoder, decoder, samples),
  };
  const path = join(import.meta.dirname, '../../../src/sessions/golden/moonshine.json');
  await writeFile(path, `${JSON.stringify(golden)}\n`);
}

if (process.argv[1] === import.meta.filename) await main();
