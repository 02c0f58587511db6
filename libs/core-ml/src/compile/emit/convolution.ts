import type { AttributeValues, Value } from '../../graph/builder/index.js';
import type { TensorData } from '../../graph/model.js';
import { UnsupportedUseError } from '../errors.js';
import { broadcast } from './broadcast.js';
import { staticShapeOf, type NhwcEmitter } from './emitter.js';
import { isConstant, rankOf, shapeOf, type Located, type Operand } from './located.js';
import { paddingAttributes, type Padding, type Window } from './padding.js';
import { permuteConstant, reshapeConstant } from './permute.js';

export interface ConvolutionOptions {
  /** Steps in [height, width]. */
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  /** Distance between the filter's taps in [height, width]. @default [1, 1] */
  readonly dilations?: readonly [number, number];
  /** One number per output channel; anything else that broadcasts is added after the convolution. */
  readonly bias?: Operand;
}

/**
 * @param x      [batch, height, width, inputs]
 * @param filter [height, width, inputs / groups, outputs]; where it has fewer inputs than x, the convolution is grouped
 * @returns      [batch, height, width, outputs]
 */
export function conv2d(emitter: NhwcEmitter, x: Operand, filter: Operand, options: ConvolutionOptions): Located {
  const [height, width, inputs, outputs] = filterShape(filter);
  const channels = shapeOf(x)?.[3];
  if (typeof channels === 'number' && channels % inputs !== 0) {
    throw new UnsupportedUseError(`a filter for ${inputs} channels over ${channels}`);
  }
  const group = typeof channels === 'number' ? channels / inputs : 1;
  const weights = isConstant(filter)
    ? emitter.arranged(filter, 'filter', () => permuteConstant(filter, [3, 2, 0, 1]))
    : emitter.op('Transpose', [emitter.plain(filter)], { perm: [3, 2, 0, 1] });
  return convolve(emitter, x, weights, { size: [height, width], outputs, group }, options);
}

/**
 * Filters each channel on its own.
 *
 * @param x      [batch, height, width, channels]
 * @param filter [height, width, channels, multiplier]
 * @returns      [batch, height, width, channels * multiplier], the multiples of one channel beside each other
 */
export function depthwiseConv2d(
  emitter: NhwcEmitter,
  x: Operand,
  filter: Operand,
  options: ConvolutionOptions,
): Located {
  const [height, width, channels, multiplier] = filterShape(filter);
  const outputs = channels * multiplier;
  const dims = [outputs, 1, height, width];
  const weights = isConstant(filter)
    ? emitter.arranged(filter, 'depthwise filter', () => reshapeConstant(permuteConstant(filter, [2, 3, 0, 1]), dims))
    : emitter.op('Reshape', [
        emitter.op('Transpose', [emitter.plain(filter)], { perm: [2, 3, 0, 1] }),
        emitter.integers(dims),
      ]);
  return convolve(emitter, x, weights, { size: [height, width], outputs, group: channels }, options);
}

/**
 * The gradient of a convolution with respect to its image, also called a transposed convolution.
 *
 * @param x      [batch, height, width, outputs of the forward convolution]
 * @param filter [height, width, channels of the result, channels of x]
 */
export function conv2dTranspose(
  emitter: NhwcEmitter,
  x: Operand,
  filter: Operand,
  options: ConvolutionOptions & {
    /** [height, width] of the result; where absent, the one that the padding implies. */
    readonly outputSize?: readonly [number, number];
  },
): Located {
  const [height, width, outputs] = filterShape(filter);
  const weights = isConstant(filter)
    ? emitter.arranged(filter, 'transposed filter', () => permuteConstant(filter, [3, 2, 0, 1]))
    : emitter.op('Transpose', [emitter.plain(filter)], { perm: [3, 2, 0, 1] });
  const { strides, dilations = [1, 1], padding } = options;
  const size = [height, width] as const;
  const input = shapeOf(x)?.slice(1, 3) ?? [];
  const along = ([0, 1] as const).map((axis) =>
    transposedPads(input[axis], options.outputSize?.[axis], (size[axis] - 1) * dilations[axis] + 1, strides[axis], {
      padding,
      axis,
    }),
  );
  const [vertical, horizontal] = along as [TransposedPads, TransposedPads];
  const attributes: AttributeValues = {
    kernel_shape: size,
    strides,
    dilations,
    pads: [vertical.before, horizontal.before, vertical.after, horizontal.after],
    output_padding: [vertical.extra, horizontal.extra],
  };
  const image = emitter.channelsFirst(x);
  const { bias } = options;
  const inner = bias === undefined ? undefined : channelBias(emitter, bias, outputs);
  const value = emitter.op(
    'ConvTranspose',
    inner === undefined ? [image, weights] : [image, weights, inner],
    attributes,
  );
  return addOuterBias(emitter, value, bias, inner);
}

interface Kernel {
  readonly size: readonly [number, number];
  readonly outputs: number;
  readonly group: number;
}

function convolve(
  emitter: NhwcEmitter,
  x: Operand,
  weights: Value,
  { size, outputs, group }: Kernel,
  { strides, padding, dilations = [1, 1], bias }: ConvolutionOptions,
): Located {
  if (rankOf(x) !== undefined && rankOf(x) !== 4) {
    throw new UnsupportedUseError(`an image of ${rankOf(x)} dimensions`);
  }
  const window: Window = { size, strides, dilations, padding };
  const image = emitter.channelsFirst(x);
  const padded = padding === 'valid' ? emitter.originOf(image) : undefined;
  const attributes: AttributeValues = {
    kernel_shape: size,
    ...(strides.every((step) => step === 1) ? {} : { strides }),
    ...(dilations.every((step) => step === 1) ? {} : { dilations }),
    ...(group === 1 ? {} : { group }),
    ...(padded?.kind === 'spatial zeros' ? { pads: padded.pads } : paddingAttributes(x, window)),
  };
  const source = padded?.kind === 'spatial zeros' ? padded.source : image;
  const inner = bias === undefined ? undefined : channelBias(emitter, bias, outputs);
  const value = emitter.op('Conv', inner === undefined ? [source, weights] : [source, weights, inner], attributes);
  return addOuterBias(emitter, value, bias, inner);
}

/** The bias as ONNX's convolutions take it, [outputs]; undefined where it has another shape. */
function channelBias(emitter: NhwcEmitter, bias: Operand, outputs: number): Value | undefined {
  const shape = staticShapeOf(bias);
  const last = shape?.at(-1);
  if (
    shape === undefined ||
    last !== outputs ||
    shape.some((length, axis) => length !== 1 && axis < shape.length - 1)
  ) {
    return undefined;
  }
  if (isConstant(bias)) return emitter.arranged(bias, 'bias', () => reshapeConstant(bias, [outputs]));
  return shape.length === 1 ? emitter.plain(bias) : undefined;
}

function addOuterBias(
  emitter: NhwcEmitter,
  value: Value,
  bias: Operand | undefined,
  inner: Value | undefined,
): Located {
  const result: Located = { value, layout: 'NCHW' };
  if (bias === undefined || inner !== undefined) return result;
  return broadcast(emitter, [result, bias], (values) => emitter.op('Add', values));
}

function filterShape(filter: Operand): [number, number, number, number] {
  const shape = staticShapeOf(filter);
  if (shape?.length !== 4) throw new UnsupportedUseError('the filter does not have four known dimensions');
  return shape as [number, number, number, number];
}

interface TransposedPads {
  readonly before: number;
  readonly after: number;
  /** Rows or columns that the window does not reach, after the end. */
  readonly extra: number;
}

/** The padding of the forward convolution, whose input is this one's output: cut off here instead of added. */
function transposedPads(
  input: unknown,
  wanted: number | undefined,
  reach: number,
  stride: number,
  { padding, axis }: { padding: Padding; axis: 0 | 1 },
): TransposedPads {
  if (typeof padding === 'object') {
    const before = axis === 0 ? padding.top : padding.left;
    const after = axis === 0 ? padding.bottom : padding.right;
    return { before, after, extra: extraLength(input, wanted, stride, reach - before - after) };
  }
  if (padding === 'valid') return { before: 0, after: 0, extra: extraLength(input, wanted, stride, reach) };
  const output = wanted ?? (typeof input === 'number' ? input * stride : undefined);
  const outputs = output === undefined ? 1 : Math.ceil(output / stride);
  const total = Math.max((outputs - 1) * stride + reach - (output ?? stride), 0);
  const before = Math.floor(total / 2);
  const extra =
    output === undefined ? Math.max(stride - reach, 0) : extraLength(outputs, output, stride, reach - total);
  return { before, after: total - before, extra };
}

function extraLength(input: unknown, wanted: number | undefined, stride: number, reach: number): number {
  if (wanted === undefined) return 0;
  if (typeof input !== 'number') throw new UnsupportedUseError('the size of the image to be enlarged is not known');
  const extra = wanted - ((input - 1) * stride + reach);
  if (extra < 0 || extra >= stride) {
    throw new UnsupportedUseError(`a transposed convolution of ${input} to ${wanted} elements at stride ${stride}`);
  }
  return extra;
}

/** Multiplies each channel of an image by a number and adds another, as a depthwise convolution of one pixel. */
export function scaleChannels(
  emitter: NhwcEmitter,
  x: Operand,
  { scale, offset }: { readonly scale: TensorData; readonly offset?: TensorData },
): Located {
  const filter = reshapeConstant(scale, [1, 1, scale.dims[0]!, 1]);
  return depthwiseConv2d(emitter, x, filter, {
    strides: [1, 1],
    padding: 'valid',
    ...(offset === undefined ? {} : { bias: offset }),
  });
}
