import {
  averagePool,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  maxPool,
  shapeOf,
  type ConvolutionOptions,
  type Located,
  type Padding,
  type PoolOptions,
} from '../../emit/index.js';
import { SourceModelError, UnsupportedUseError } from '../../errors.js';
import type { ConverterCall, ConverterTable } from '../converter.js';
import { fusedSteps } from './activation.js';

/** Convolutions and pools over images. */
export const convolutions: ConverterTable = {
  Conv2D: (call) => conv2d(call.emitter, call.input(0), call.input(1), convolution(call)),
  _FusedConv2D: (call) => fused(call, conv2d),
  DepthwiseConv2d: (call) => depthwiseConv2d(call.emitter, call.input(0), call.input(1), convolution(call)),
  DepthwiseConv2dNative: (call) => depthwiseConv2d(call.emitter, call.input(0), call.input(1), convolution(call)),
  FusedDepthwiseConv2dNative: (call) => fused(call, depthwiseConv2d),
  Conv2DBackpropInput: (call) => {
    const size = call.emitter.numbers(call.input(0))?.slice(1, 3) ?? sizeOf(call);
    return conv2dTranspose(call.emitter, call.input(2), call.input(1), {
      ...convolution(call),
      ...(size === undefined ? {} : { outputSize: [size[0]!, size[1]!] as const }),
    });
  },
  MaxPool: (call) => maxPool(call.emitter, call.input(0), pool(call)),
  AvgPool: (call) => averagePool(call.emitter, call.input(0), pool(call)),
};

function fused(call: ConverterCall, convolve: typeof conv2d): Located {
  const { bias, activate } = fusedSteps(call);
  const options = { ...convolution(call), ...(bias === undefined ? {} : { bias }) };
  return activate(convolve(call.emitter, call.input(0), call.input(1), options));
}

function convolution(call: ConverterCall): ConvolutionOptions {
  call.requireChannelsLast();
  return {
    strides: heightAndWidth(call, 'strides'),
    dilations: heightAndWidth(call, 'dilations'),
    padding: paddingOf(call),
  };
}

function pool(call: ConverterCall): PoolOptions {
  call.requireChannelsLast();
  return {
    size: heightAndWidth(call, 'ksize'),
    strides: heightAndWidth(call, 'strides'),
    padding: paddingOf(call),
  };
}

/** TensorFlow writes one number per axis of the image, [batch, height, width, channels]. */
function heightAndWidth(call: ConverterCall, name: string): readonly [number, number] {
  const [batch = 1, height = 1, width = 1, channels = 1] = call.attributes.integers(name);
  if (batch !== 1 || channels !== 1) throw new UnsupportedUseError(`${name} along the batch or the channels`);
  if (height < 1 || width < 1) throw new SourceModelError(`node '${call.node.name}': ${name} must be positive`);
  return [height, width];
}

function paddingOf(call: ConverterCall): Padding {
  const padding = call.attributes.text('padding', 'VALID');
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID') return 'valid';
  const [, , top, bottom, left, right] = call.attributes.integers('explicit_paddings');
  if (
    padding !== 'EXPLICIT' ||
    top === undefined ||
    bottom === undefined ||
    left === undefined ||
    right === undefined
  ) {
    throw new UnsupportedUseError(`padding ${padding}`);
  }
  return { top, bottom, left, right };
}

/** The image's size that a transposed convolution's computed shape names, where it is known. */
function sizeOf(call: ConverterCall): readonly number[] | undefined {
  const target = call.input(0);
  const elements = 'value' in target ? target.value.elements?.slice(1, 3) : undefined;
  if (elements?.every((element) => typeof element === 'number')) return elements;
  if (shapeOf(call.input(2)) === undefined) throw new UnsupportedUseError('the size of the result is not known');
  return undefined;
}
