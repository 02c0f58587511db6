import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Rng } from '../random/rng.js';
import type { Dimension, NamedType, OnnxModel } from './model.js';

/** What a model is given or gives, by name. */
export type Values = Readonly<Record<string, Tensor>>;

/** Runs the bytes of a model in the runtime, on one thread, so that equal graphs give equal bits. */
export async function runModel(bytes: Uint8Array, feeds: Values): Promise<Values> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 as const };
  const session = await InferenceSession.create(bytes, options);
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** Values as plain arrays by name, for comparisons; 64-bit integers become numbers. */
export function plainValues(values: Values): Record<string, { dims: readonly number[]; data: number[] }> {
  return Object.fromEntries(
    Object.entries(values).map(([name, { dims, data }]) => [name, { dims, data: Array.from(data, Number) }]),
  );
}

/** Inputs for a model: floats between 0 and 1 from a fixed seed, zeros for all other types. */
export function seededFeeds(model: OnnxModel, lengthOf: (dimension: Dimension, input: string) => number): Values {
  const rng = new Rng(17);
  return Object.fromEntries(
    model.graph.inputs.map((input) => {
      const dims = (input.shape ?? []).map((length) => lengthOf(length, input.name));
      return [input.name, seededTensor(input, dims, rng)];
    }),
  );
}

function seededTensor({ elementType }: NamedType, dims: readonly number[], rng: Rng): Tensor {
  const size = dims.reduce((product, length) => product * length, 1);
  switch (elementType) {
    case 'float32':
      return new Tensor(
        'float32',
        Float32Array.from({ length: size }, () => rng.float()),
        dims,
      );
    case 'int64':
      return new Tensor('int64', new BigInt64Array(size), dims);
    case 'bool':
      return new Tensor('bool', new Uint8Array(size), dims);
    default:
      throw new Error(`No feeds of type ${elementType}.`);
  }
}
