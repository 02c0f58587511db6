import {
  averagePool,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  maxPool,
  pad,
  reduce,
  resize,
  slice,
  type Located,
} from '../../emit/index.js';
import { activate } from '../activations.js';
import type { ConverterCall, LayerConverters } from '../layer-converter.js';
import { biasOf, convolutionWindow, imageSize, pair, poolWindow, requireChannelsLast } from './windows.js';

/** Layers over images, [batch, height, width, channels]. */
export const imageLayers: LayerConverters = {
  Conv2D: (call) => {
    requireChannelsLast(call.config);
    const x = conv2d(call.emitter, call.inputs[0], call.weight('kernel'), {
      ...convolutionWindow(call.config),
      ...biasOf(call),
    });
    return activate(call.emitter, x, call.config.activation());
  },
  DepthwiseConv2D: (call) => {
    requireChannelsLast(call.config);
    const x = depthwiseConv2d(call.emitter, call.inputs[0], call.weight('depthwise_kernel'), {
      ...convolutionWindow(call.config),
      ...biasOf(call),
    });
    return activate(call.emitter, x, call.config.activation());
  },
  SeparableConv2D: (call) => {
    requireChannelsLast(call.config);
    const { emitter, inputs, config } = call;
    const filtered = depthwiseConv2d(emitter, inputs[0], call.weight('depthwise_kernel'), convolutionWindow(config));
    const x = conv2d(emitter, filtered, call.weight('pointwise_kernel'), {
      ...{ strides: [1, 1], padding: 'valid' },
      ...biasOf(call),
    });
    return activate(emitter, x, config.activation());
  },
  Conv2DTranspose: transposedConvolution,
  MaxPooling2D: (call) => maxPool(call.emitter, call.inputs[0], poolWindow(call.config)),
  AveragePooling2D: (call) => averagePool(call.emitter, call.inputs[0], poolWindow(call.config)),
  GlobalMaxPooling2D: (call) => globalPool(call, 'ReduceMax'),
  GlobalAveragePooling2D: (call) => globalPool(call, 'ReduceMean'),
  ZeroPadding2D: ({ emitter, config, inputs }) => {
    requireChannelsLast(config);
    return pad(emitter, inputs[0], [[0, 0], ...config.margins('padding', 2), [0, 0]]);
  },
  Cropping2D: ({ emitter, config, inputs }) => {
    requireChannelsLast(config);
    const ranges = config.margins('cropping', 2).map(([before, after], axis) => ({
      ...{ axis: axis + 1, start: before, step: 1 },
      end: after === 0 ? Number.MAX_SAFE_INTEGER : -after,
    }));
    return slice(emitter, inputs[0], ranges);
  },
  UpSampling2D: ({ emitter, config, inputs }) => {
    requireChannelsLast(config);
    const [rows, columns] = pair(config.perAxis('size', 2, 2));
    const [height, width] = imageSize(inputs[0]);
    const mode = config.word('interpolation', ['nearest', 'bilinear'], 'nearest');
    return resize(emitter, inputs[0], [height * rows, width * columns], { mode });
  },
};

/** The same layers with names that Keras has for them too. */
export const imageLayerAliases: LayerConverters = {
  Convolution2D: imageLayers['Conv2D']!,
  SeparableConvolution2D: imageLayers['SeparableConv2D']!,
  Convolution2DTranspose: imageLayers['Conv2DTranspose']!,
  Deconvolution2D: imageLayers['Conv2DTranspose']!,
  MaxPool2D: imageLayers['MaxPooling2D']!,
  AvgPool2D: imageLayers['AveragePooling2D']!,
  GlobalMaxPool2D: imageLayers['GlobalMaxPooling2D']!,
  GlobalAvgPool2D: imageLayers['GlobalAveragePooling2D']!,
};

function transposedConvolution(call: ConverterCall): Located {
  requireChannelsLast(call.config);
  const { emitter, inputs, config } = call;
  const kernel = call.weight('kernel');
  const { strides, padding } = convolutionWindow(config);
  const [height, width] = imageSize(inputs[0]);
  const along = (length: number, axis: 0 | 1) =>
    // Keras's deconv_output_length.
    padding === 'same'
      ? length * strides[axis]
      : length * strides[axis] + Math.max(kernel.dims[axis]! - strides[axis], 0);
  const x = conv2dTranspose(emitter, inputs[0], kernel, {
    ...{ strides, padding, outputSize: [along(height, 0), along(width, 1)] },
    ...biasOf(call),
  });
  return activate(emitter, x, config.activation());
}

function globalPool({ emitter, config, inputs }: ConverterCall, reduction: 'ReduceMean' | 'ReduceMax'): Located {
  requireChannelsLast(config);
  return reduce(emitter, reduction, inputs[0], [1, 2], config.flag('keepdims', false));
}
