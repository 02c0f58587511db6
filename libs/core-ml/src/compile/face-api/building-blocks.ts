import { float32 } from '../../graph/tensor/create.js';
import {
  binary,
  conv2d,
  depthwiseConv2d,
  matMul,
  relu,
  type Located,
  type NhwcEmitter,
  type Operand,
  type Padding,
} from '../emit/index.js';
import type { FaceApiWeights } from './face-api-weights.js';

const zeroTo255 = 255;
/** Means of red, green and blue, 0 to 255, that most of the networks were trained with. */
export const trainingMeans = [122.782, 117.001, 104.298] as const;

/** An input of RGB pixels, 0 to 255, as large as the network wants it or as the caller chooses. */
export const imageInput = (emitter: NhwcEmitter, size?: number): Located =>
  emitter.input('image', 'float32', ['batch', size ?? 'height', size ?? 'width', 3]);

/** (pixels - means) / 255. @param x [batch, height, width, 3], 0 to 255 */
export function normalise(emitter: NhwcEmitter, x: Operand, means: readonly number[]): Located {
  const centred = binary(emitter, 'Sub', x, float32([3], means));
  return binary(emitter, 'Div', centred, float32([], [zeroTo255]));
}

/** A convolution with a bias. */
export function biasedConv(
  emitter: NhwcEmitter,
  x: Operand,
  weights: FaceApiWeights,
  stride = 1,
  padding: Padding = 'same',
): Located {
  emitter.scope = weights.name;
  const options = { strides: [stride, stride], padding, bias: weights.get('bias', 1) } as const;
  return conv2d(emitter, x, weights.get('filters', 4), options);
}

/** A filter per channel, then a 1x1 convolution with a bias. */
export function separableConv(
  emitter: NhwcEmitter,
  x: Operand,
  weights: FaceApiWeights,
  stride = 1,
  padding: Padding = 'same',
): Located {
  emitter.scope = weights.name;
  const options = { strides: [stride, stride], padding } as const;
  const filtered = depthwiseConv2d(emitter, x, weights.get('depthwise_filter', 4), options);
  const pointwise = { strides: [1, 1], padding: 'valid', bias: weights.get('bias', 1) } as const;
  return conv2d(emitter, filtered, weights.get('pointwise_filter', 4), pointwise);
}

/** @param x [batch, features] */
export function dense(emitter: NhwcEmitter, x: Operand, weights: FaceApiWeights): Located {
  emitter.scope = weights.name;
  return matMul(emitter, x, weights.get('weights', 2), { bias: weights.get('bias', 1) });
}

/**
 * A densely connected block: each convolution reads the sum of all before it. The first halves height and width.
 * @param nConvolutions three in the tiny networks, four in the others
 */
export function denseBlock(
  emitter: NhwcEmitter,
  x: Operand,
  weights: FaceApiWeights,
  { nConvolutions, isFirst }: { nConvolutions: number; isFirst: boolean },
): Located {
  const conv0 = weights.in('conv0');
  const first = isFirst ? biasedConv(emitter, x, conv0, 2) : separableConv(emitter, x, conv0, 2);
  let sum = relu(emitter, first);
  let activated = sum;
  for (let index = 1; index < nConvolutions; index++) {
    const next = separableConv(emitter, activated, weights.in(`conv${index}`));
    sum = binary(emitter, 'Add', sum, next);
    activated = relu(emitter, sum);
  }
  return activated;
}
