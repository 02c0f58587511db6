import { float32 } from '../../graph/tensor/create.js';
import { unary } from './broadcast.js';
import { relu } from './clip.js';
import { scaleChannels } from './convolution.js';
import { binary } from './elementwise.js';
import { staticShapeOf, type NhwcEmitter } from './emitter.js';
import { isConstant, shapeOf, type Located, type Operand } from './located.js';

/** x where it is positive, else slope * x. */
export function leakyRelu(emitter: NhwcEmitter, x: Operand, slope: number): Located {
  return unary(emitter, 'LeakyRelu', x, { alpha: slope });
}

/** x * slope + offset, limited to [0, 1]. */
export function hardSigmoid(emitter: NhwcEmitter, x: Operand, slope: number, offset: number): Located {
  return unary(emitter, 'HardSigmoid', x, { alpha: slope, beta: offset });
}

/**
 * x where it is positive, else slope * x with a slope that broadcasts against x.
 *
 * For images with one constant slope per channel this is slope * x + relu((1 - slope) * x), or with slopes above one
 * slope * x + (1 - slope) * relu(x), scaled by depthwise convolutions of one pixel: ONNX Runtime keeps images in blocks of
 * channels from one convolution to the next; its PRelu does not know those blocks and makes it reorder the image twice.
 */
export function prelu(emitter: NhwcEmitter, x: Operand, slope: Operand): Located {
  const slopes = channelSlopes(emitter, x, slope);
  if (slopes === undefined) return binary(emitter, 'PRelu', x, slope);
  if (slopes.every((number) => number === slopes[0])) return leakyRelu(emitter, x, slopes[0]!);
  const scale = float32([slopes.length], slopes);
  const rest = float32(
    [slopes.length],
    slopes.map((number) => 1 - number),
  );
  const bent = slopes.every((number) => number <= 1)
    ? relu(emitter, scaleChannels(emitter, x, { scale: rest }))
    : scaleChannels(emitter, relu(emitter, x), { scale: rest });
  return binary(emitter, 'Add', scaleChannels(emitter, x, { scale }), bent);
}

/** One slope per channel of an image; undefined where they are computed or vary over the image. */
function channelSlopes(emitter: NhwcEmitter, x: Operand, slope: Operand): readonly number[] | undefined {
  if (isConstant(x) || x.layout !== 'NCHW' || !isConstant(slope)) return undefined;
  const channels = shapeOf(x)?.[3];
  const shape = staticShapeOf(slope);
  if (shape?.at(-1) !== channels || shape?.slice(0, -1).some((length) => length !== 1) === true) return undefined;
  return emitter.numbers(slope);
}
