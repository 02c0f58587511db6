import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Rng } from '../random/rng.js';
import type { Dimension, NamedType, OnnxModel } from './model.js';

/** What a model is given or gives, by name. */
export type Values = Readonly<Record<string, Tensor>>;

/**
 * Runs a model, its bytes or its file, in the runtime and as it is: on one thread and without optimisation, so that equal graphs
 * give equal bits. (Weights that a file also offers as inputs keep the runtime from fusing layers; the reader makes them
 * constants.)
 */
export async function runModel(model: Uint8Array | string, feeds: Values): Promise<Values> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  };
  // The runtime has one overload for each.
  const loading =
    typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
  const session = await loading;
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
export function seededFeeds(
  model: OnnxModel,
  lengthOf: (dimension: Dimension, axis: number, input: string) => number,
): Values {
  const rng = new Rng(17);
  return Object.fromEntries(
    model.graph.inputs.map((input) => {
      const dims = (input.shape ?? []).map((length, axis) => lengthOf(length, axis, input.name));
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
