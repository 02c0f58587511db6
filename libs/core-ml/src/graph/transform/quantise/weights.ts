import type { ElementType, TensorData } from '../../model.js';
import { float32, tensor } from '../../tensor/create.js';
import { numbersOf } from '../../tensor/read.js';

/** How the integers of weights are stored. */
export interface WeightFormat {
  /** int8 around 0, or uint8 around 128. */
  readonly elementType: 'int8' | 'uint8';
  /** 8, or 7 where sums of products must not leave 16 bits (see WeightOptions). */
  readonly bits: 7 | 8;
}

/** Weights as integers: weight = (integer - zero point) * the scale of its channel. */
export interface QuantisedWeights {
  readonly integers: TensorData;
  /** One entry per channel. */
  readonly scales: Float32Array;
  /** 0 or 128. */
  readonly zeroPoint: number;
}

/**
 * Rounds weights to integers, symmetrically, with a scale of its own for each channel.
 * @param data float32, one-dimensional or more
 * @param axis the axis that counts channels
 */
export function quantiseWeights(
  data: TensorData,
  axis: number,
  { elementType, bits }: WeightFormat,
): QuantisedWeights | undefined {
  const numbers = data.elementType === 'float32' ? numbersOf(data) : undefined;
  if (numbers === undefined || !numbers.every(Number.isFinite)) return undefined;
  const channels = data.dims[axis]!;
  const inner = data.dims.slice(axis + 1).reduce((product, length) => product * length, 1);
  const channelOf = (index: number): number => Math.floor(index / inner) % channels;
  const largest = bits === 8 ? 127 : 63;
  const extremes = new Float64Array(channels);
  for (const [index, value] of numbers.entries()) {
    const channel = channelOf(index);
    extremes[channel] = Math.max(extremes[channel]!, Math.abs(value));
  }
  // A channel of zeros takes any scale.
  const scales = Float32Array.from(extremes, (extreme) => (extreme === 0 ? 1 : extreme / largest));
  const zeroPoint = elementType === 'int8' ? 0 : 128;
  const integers = Float32Array.from(numbers, (value, index) => {
    const rounded = Math.round(value / scales[channelOf(index)]!);
    return Math.min(Math.max(rounded, -largest), largest) + zeroPoint;
  });
  return { integers: tensor(elementType, data.dims, integers), scales, zeroPoint };
}

/** A [rows, columns] matrix the other way round. */
export function transposedMatrix(data: TensorData): TensorData | undefined {
  const numbers = data.elementType === 'float32' ? numbersOf(data) : undefined;
  const [rows, columns] = data.dims;
  if (numbers === undefined || rows === undefined || columns === undefined || data.dims.length !== 2) return undefined;
  const turned = new Float32Array(numbers.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = numbers[row * columns + column]!;
  }
  return float32([columns, rows], turned);
}

/** One number of an integer type, as a zero point wants it. */
export function zeroPointOf(elementType: ElementType, value: number): TensorData {
  return tensor(elementType, [], [value]);
}
