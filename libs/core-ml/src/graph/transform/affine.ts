import type { GraphNode, TensorData } from '../model.js';
import { numbersOf } from '../tensor/read.js';

/** y = x * factor + offset, one entry per channel. */
export interface Affine {
  readonly factor: Float64Array;
  readonly offset: Float64Array;
}

/** Inputs that a normalisation reads after its data: scale, shift, mean and variance. */
const batchNormInputs = 5;

/**
 * What a node does to the channels (axis 1) of one of its inputs, when it does nothing else to them.
 * @param index     the input
 * @param rank      the number of dimensions of the input
 * @param constants known tensors by name
 */
export function affineOf(
  node: GraphNode,
  index: number,
  channels: number,
  rank: number,
  constants: ReadonlyMap<string, TensorData>,
): Affine | undefined {
  if (node.op === 'BatchNormalization') return index === 0 ? batchNorm(node, channels, constants) : undefined;
  if (!['Add', 'Sub', 'Mul', 'Div'].includes(node.op) || node.inputs.length !== 2) return undefined;
  const other = perChannel(constants.get(node.inputs[1 - index] ?? ''), channels, rank);
  if (other === undefined) return undefined;
  const ones = new Float64Array(channels).fill(1);
  const zeros = new Float64Array(channels);
  switch (node.op) {
    case 'Add':
      return { factor: ones, offset: other };
    case 'Sub':
      if (index === 0) return { factor: ones, offset: other.map((value) => -value) };
      return { factor: ones.map(() => -1), offset: other };
    case 'Mul':
      return { factor: other, offset: zeros };
    default:
      return index === 0 ? { factor: other.map((value) => 1 / value), offset: zeros } : undefined;
  }
}

function batchNorm(node: GraphNode, channels: number, constants: ReadonlyMap<string, TensorData>): Affine | undefined {
  const training = node.attributes.get('training_mode');
  if (training?.kind === 'int' && training.value !== 0n) return undefined;
  const lists = node.inputs.slice(1, batchNormInputs).map((name) => {
    const data = constants.get(name);
    return data === undefined ? undefined : numbersOf(data);
  });
  const [scale, shift, mean, variance] = lists;
  if (scale === undefined || shift === undefined || mean === undefined || variance === undefined) return undefined;
  if (![scale, shift, mean, variance].every((list) => list.length === channels)) return undefined;
  const epsilon = node.attributes.get('epsilon');
  const least = epsilon?.kind === 'float' ? epsilon.value : 1e-5;
  const factor = Float64Array.from(scale, (value, c) => value / Math.sqrt(variance[c]! + least));
  return { factor, offset: Float64Array.from(shift, (value, c) => value - mean[c]! * factor[c]!) };
}

/** A constant that has one entry for each channel, or one for all, and is the same everywhere else. */
function perChannel(data: TensorData | undefined, channels: number, rank: number): Float64Array | undefined {
  const numbers = data === undefined ? undefined : numbersOf(data);
  if (data === undefined || numbers === undefined || data.dims.length > rank) return undefined;
  if (numbers.length === 1) return new Float64Array(channels).fill(numbers[0]!);
  const fits = data.dims.every((length, axis) => length === (axis - data.dims.length + rank === 1 ? channels : 1));
  return fits && numbers.length === channels ? Float64Array.from(numbers) : undefined;
}
