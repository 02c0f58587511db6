import { leakyRelu, maxPool, type Located, type NhwcEmitter } from '../emit/index.js';
import { biasedConv, imageInput, normalise, separableConv } from './building-blocks.js';
import type { FaceApiWeights } from './face-api-weights.js';

const means = [117.001, 114.697, 97.404];
/** The slope of what is negative, as the float32 that face-api computes with. */
const slope = Math.fround(0.1);
const nSeparable = 5;

/**
 * Finds faces on a grid, 32 pixels a cell, in the manner of Tiny YOLO v2 (https://arxiv.org/abs/1612.08242).
 * Input `image` [batch, height, width, 3], RGB, 0 to 255, both lengths multiples of 32 (face-api squares images, to 416);
 * output `predictions` [batch, height / 32, width / 32, 25]: for each of five anchors x, y, log width, log height and the
 * logit of the score.
 */
export function emitTinyFaceDetector(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  let x = normalise(emitter, imageInput(emitter), means);
  x = leakyRelu(emitter, biasedConv(emitter, x, weights.in('conv0'), 1, 'valid'), slope);
  emitter.mark('conv0', x);
  for (let index = 1; index <= nSeparable; index++) {
    x = pool(emitter, x, 2);
    const padding = { top: 1, bottom: 1, left: 1, right: 1 };
    x = leakyRelu(emitter, separableConv(emitter, x, weights.in(`conv${index}`), 1, padding), slope);
    emitter.mark(`conv${index}`, x);
  }
  x = pool(emitter, x, 1);
  emitter.output('predictions', biasedConv(emitter, x, weights.in('conv8'), 1, 'valid'));
}

const pool = (emitter: NhwcEmitter, x: Located, stride: number): Located =>
  maxPool(emitter, x, { size: [2, 2], strides: [stride, stride], padding: 'same' });
