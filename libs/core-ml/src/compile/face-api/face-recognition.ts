import {
  averagePool,
  binary,
  conv2d,
  matMul,
  maxPool,
  pad,
  reduce,
  relu,
  shapeOf,
  type Located,
  type NhwcEmitter,
  type Padding,
} from '../emit/index.js';
import { SourceModelError } from '../errors.js';
import { imageInput, normalise, trainingMeans } from './building-blocks.js';
import type { FaceApiWeights } from './face-api-weights.js';

const size = 150;

/** The residual blocks in their order, by name; `_down` halves height and width. */
const blocks = [
  ...['conv32_1', 'conv32_2', 'conv32_3'],
  ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ...['conv128_down', 'conv128_1', 'conv128_2'],
  ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
];

/**
 * Describes a face by 128 numbers, which are near each other for one person: dlib's ResNet of 29 convolutions
 * (http://blog.dlib.net/2017/02/high-quality-face-recognition-with-deep.html).
 * Input `image` [batch, 150, 150, 3], RGB, 0 to 255; output `descriptor` [batch, 128].
 */
export function emitFaceRecognition(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  let x = normalise(emitter, imageInput(emitter, size), trainingMeans);
  x = relu(emitter, scaledConv(emitter, x, weights.in('conv32_down'), 2, 'valid'));
  x = maxPool(emitter, x, { size: [3, 3], strides: [2, 2], padding: 'valid' });
  emitter.mark('conv32_down', x);
  for (const name of blocks) {
    const block = name.includes('_down') ? halvingBlock : residualBlock;
    x = block(emitter, x, weights.in(name));
    emitter.mark(name, x);
  }
  const pooled = reduce(emitter, 'ReduceMean', x, [1, 2], false);
  emitter.output('descriptor', matMul(emitter, pooled, weights.get('fc', 2)));
}

/** A convolution whose result is scaled and shifted by channel. */
function scaledConv(
  emitter: NhwcEmitter,
  x: Located,
  weights: FaceApiWeights,
  stride: number,
  padding: Padding,
): Located {
  emitter.scope = weights.name;
  const conv = weights.in('conv');
  const options = { strides: [stride, stride], padding, bias: conv.get('bias', 1) } as const;
  const y = conv2d(emitter, x, conv.get('filters', 4), options);
  const scaled = binary(emitter, 'Mul', y, weights.get('scale/weights', 1));
  return binary(emitter, 'Add', scaled, weights.get('scale/biases', 1));
}

function residualBlock(emitter: NhwcEmitter, x: Located, weights: FaceApiWeights): Located {
  const y = relu(emitter, scaledConv(emitter, x, weights.in('conv1'), 1, 'same'));
  return relu(emitter, binary(emitter, 'Add', scaledConv(emitter, y, weights.in('conv2'), 1, 'same'), x));
}

/**
 * The shortcut is a mean of 2x2 pixels. Where the main path comes out a row and a column shorter, or with more channels
 * than the shortcut has, zeros are appended.
 */
function halvingBlock(emitter: NhwcEmitter, x: Located, weights: FaceApiWeights): Located {
  const y = relu(emitter, scaledConv(emitter, x, weights.in('conv1'), 2, 'valid'));
  const main = scaledConv(emitter, y, weights.in('conv2'), 1, 'same');
  const shortcut = averagePool(emitter, x, { size: [2, 2], strides: [2, 2], padding: 'valid' });
  const [height, width, channels] = lengthsOf(main);
  const [shortcutHeight, shortcutWidth, shortcutChannels] = lengthsOf(shortcut);
  const rows = shortcutHeight - height;
  const columns = shortcutWidth - width;
  const missing = channels - shortcutChannels;
  const whole =
    rows + columns > 0
      ? pad(emitter, main, [
          [0, 0],
          [0, rows],
          [0, columns],
          [0, 0],
        ])
      : main;
  const wide =
    missing > 0
      ? pad(emitter, shortcut, [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, missing],
        ])
      : shortcut;
  return relu(emitter, binary(emitter, 'Add', wide, whole));
}

function lengthsOf(x: Located): [height: number, width: number, channels: number] {
  const [, height, width, channels] = shapeOf(x) ?? [];
  if (typeof height === 'number' && typeof width === 'number' && typeof channels === 'number') {
    return [height, width, channels];
  }
  throw new SourceModelError('the size of a residual block is not known');
}
