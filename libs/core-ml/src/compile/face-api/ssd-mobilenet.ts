import type { TensorData } from '../../graph/model.js';
import { float32 } from '../../graph/tensor/create.js';
import { numbersOf } from '../../graph/tensor/read.js';
import {
  batchNorm,
  binary,
  concat,
  conv2d,
  depthwiseConv2d,
  relu6,
  reshape,
  shapeOf,
  slice,
  unary,
  type Located,
  type NhwcEmitter,
} from '../emit/index.js';
import { SourceModelError } from '../errors.js';
import { imageInput } from './building-blocks.js';
import type { FaceApiWeights } from './face-api-weights.js';

const size = 512;
/** Of TensorFlow's MobileNet v1, as a float32. */
const epsilon = Math.fround(0.001);
const nBlocks = 13;
/** Blocks of MobileNet v1 that halve height and width (https://arxiv.org/abs/1704.04861, table 1). */
const halving: ReadonlySet<number> = new Set([2, 4, 6, 12]);
/** The block whose output is the finest scale on which faces are looked for. */
const finestBlock = 11;
const nClasses = 3;
const faceClass = 1;
/** SSD's scales of centre and of size (https://arxiv.org/abs/1512.02325, section 2.2). */
const centreScale = 10;
const sizeScale = 5;

/**
 * Finds faces: SSD over MobileNet v1.
 * Input `image` [batch, 512, 512, 3], RGB, 0 to 255; outputs `boxes` [batch, 5118, 4], top, left, bottom and right as
 * ratios of the image, and `scores` [batch, 5118], each 0 to 1. Boxes overlap.
 */
export function emitSsdMobilenet(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  const { finest, deepest } = emitMobilenet(emitter, imageInput(emitter, size), weights.in('MobilenetV1'));
  const prediction = weights.in('Prediction');
  const scales = [finest, deepest];
  let x = deepest;
  for (let layer = 0; layer < 8; layer += 2) {
    x = offsetConv(emitter, x, prediction.in(`Conv2d_${layer}_pointwise`), 1);
    x = offsetConv(emitter, x, prediction.in(`Conv2d_${layer + 1}_pointwise`), 2);
    scales.push(x);
  }
  const heads = scales.map((scale, index) => predict(emitter, scale, prediction.in(`BoxPredictor_${index}`)));
  const encodings = concat(
    emitter,
    heads.map(({ encoding }) => encoding),
    1,
  );
  const logits = concat(
    emitter,
    heads.map(({ logit }) => logit),
    1,
  );
  emitter.output('boxes', decodeBoxes(emitter, encodings, weights.get('Output/extra_dim', 3)));
  emitter.output('scores', unary(emitter, 'Sigmoid', logits));
}

function emitMobilenet(
  emitter: NhwcEmitter,
  image: Located,
  weights: FaceApiWeights,
): { finest: Located; deepest: Located } {
  const scaled = binary(emitter, 'Div', image, float32([], [127.5]));
  let x = binary(emitter, 'Sub', scaled, float32([], [1]));
  let finest = x;
  x = offsetConv(emitter, x, weights.in('Conv2d_0_pointwise'), 2);
  for (let block = 1; block <= nBlocks; block++) {
    const stride = halving.has(block) ? 2 : 1;
    x = depthwise(emitter, x, weights.in(`Conv2d_${block}_depthwise`), stride);
    x = offsetConv(emitter, x, weights.in(`Conv2d_${block}_pointwise`), 1);
    emitter.mark(`conv_${block}`, x);
    if (block === finestBlock) finest = x;
  }
  return { finest, deepest: x };
}

function depthwise(emitter: NhwcEmitter, x: Located, weights: FaceApiWeights, stride: number): Located {
  emitter.scope = weights.name;
  const options = { strides: [stride, stride], padding: 'same' } as const;
  const y = depthwiseConv2d(emitter, x, weights.get('depthwise_weights', 4), options);
  const statistics = weights.in('BatchNorm');
  const normalised = batchNorm(emitter, y, {
    mean: statistics.get('moving_mean', 1),
    variance: statistics.get('moving_variance', 1),
    offset: statistics.get('beta', 1),
    scale: statistics.get('gamma', 1),
    epsilon,
  });
  return relu6(emitter, normalised);
}

/** A convolution into which its batch normalisation has been folded, up to the offset. */
function offsetConv(emitter: NhwcEmitter, x: Located, weights: FaceApiWeights, stride: number): Located {
  emitter.scope = weights.name;
  const bias = weights.get('convolution_bn_offset', 1);
  const options = { strides: [stride, stride], padding: 'same', bias } as const;
  return relu6(emitter, conv2d(emitter, x, weights.get('weights', 4), options));
}

/** What one scale predicts for its anchors: encoded boxes [batch, anchors, 4] and logits of a face [batch, anchors]. */
function predict(emitter: NhwcEmitter, x: Located, weights: FaceApiWeights): { encoding: Located; logit: Located } {
  const head = (name: string, pick: (tensor: TensorData) => TensorData) => {
    const predictor = weights.in(name);
    emitter.scope = predictor.name;
    const options = { strides: [1, 1], padding: 'same', bias: pick(predictor.get('biases', 1)) } as const;
    return conv2d(emitter, x, pick(predictor.get('weights', 4)), options);
  };
  const boxes = head('BoxEncodingPredictor', (tensor) => tensor);
  const logits = head('ClassPredictor', faceChannels);
  return {
    encoding: reshape(emitter, boxes, [-1, anchorsOf(boxes, 4), 4]),
    logit: reshape(emitter, logits, [-1, anchorsOf(logits, 1)]),
  };
}

/** Of a predictor's last axis, [anchors * classes], what concerns faces: [anchors]. Background is of no use. */
function faceChannels(tensor: TensorData): TensorData {
  const all = numbersOf(tensor);
  if (all === undefined || all.length % nClasses !== 0)
    throw new SourceModelError('the class predictors are not of 3 classes');
  const kept = new Float32Array(all.length / nClasses);
  for (let i = 0; i < kept.length; i++) kept[i] = all[i * nClasses + faceClass]!;
  return float32([...tensor.dims.slice(0, -1), tensor.dims.at(-1)! / nClasses], kept);
}

/** How many anchors a head covers: its numbers in all, by those for one. */
function anchorsOf(head: Located, numbersPerAnchor: number): number {
  const [, height, width, channels] = shapeOf(head) ?? [];
  if (typeof height !== 'number' || typeof width !== 'number' || typeof channels !== 'number') {
    throw new SourceModelError('the size of a predictor is not known');
  }
  return (height * width * channels) / numbersPerAnchor;
}

/**
 * Boxes of what is encoded relative to the anchors.
 * @param encodings [batch, anchors, 4]: y and x of the centre, log height and log width
 * @param anchors   [1, anchors, 4]: top, left, bottom, right
 * @returns         [batch, anchors, 4]: top, left, bottom, right
 */
function decodeBoxes(emitter: NhwcEmitter, encodings: Located, anchors: TensorData): Located {
  emitter.scope = 'Postprocessor';
  const corners = numbersOf(anchors) ?? [];
  const nAnchors = corners.length / 4;
  const centres = new Float32Array(2 * nAnchors);
  const sizes = new Float32Array(2 * nAnchors);
  for (let anchor = 0; anchor < nAnchors; anchor++) {
    for (const axis of [0, 1]) {
      const low = corners[4 * anchor + axis]!;
      const length = corners[4 * anchor + axis + 2]! - low;
      sizes[2 * anchor + axis] = length;
      centres[2 * anchor + axis] = low + length / 2;
    }
  }
  const perAnchor = (values: Float32Array, factor: number) =>
    float32(
      [1, nAnchors, 2],
      values.map((value) => value * factor),
    );
  const offset = slice(emitter, encodings, [{ axis: 2, start: 0, end: 2, step: 1 }]);
  const growth = slice(emitter, encodings, [{ axis: 2, start: 2, end: 4, step: 1 }]);
  const moved = binary(emitter, 'Mul', offset, perAnchor(sizes, 1 / centreScale));
  const centre = binary(emitter, 'Add', moved, perAnchor(centres, 1));
  const factor = unary(emitter, 'Exp', binary(emitter, 'Div', growth, float32([], [sizeScale])));
  const half = binary(emitter, 'Mul', factor, perAnchor(sizes, 1 / 2));
  return concat(emitter, [binary(emitter, 'Sub', centre, half), binary(emitter, 'Add', centre, half)], 2);
}
