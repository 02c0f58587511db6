import {
  averagePool,
  conv2d,
  maxPool,
  reduce,
  reshape,
  shapeOf,
  type Located,
  type NhwcEmitter,
} from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import { activate } from '../activations.js';
import type { ConverterCall, LayerConverters } from '../layer-converter.js';
import { biasOf, fixed, paddingOf, requireChannelsLast } from './windows.js';

/** Layers over sequences, [batch, time, channels], computed as images of one row. */
export const sequenceLayers: LayerConverters = {
  Conv1D: (call) => {
    requireChannelsLast(call.config);
    const { emitter, config, inputs } = call;
    const kernel = call.weight('kernel');
    const [size = 1, channelsIn = 1, channelsOut = 1] = kernel.dims;
    const dilation = config.perAxis('dilation_rate', 1, 1)[0]!;
    const x = conv2d(
      emitter,
      asRow(emitter, inputs[0]),
      { ...kernel, dims: [1, size, channelsIn, channelsOut] },
      {
        strides: [1, config.perAxis('strides', 1, 1)[0]!],
        padding: paddingOf(config),
        dilations: [1, dilation],
        ...biasOf(call),
      },
    );
    return asSequence(emitter, activate(emitter, x, config.activation()));
  },
  MaxPooling1D: (call) => sequencePool(call, maxPool),
  AveragePooling1D: (call) => sequencePool(call, averagePool),
  GlobalMaxPooling1D: ({ emitter, inputs }) => reduce(emitter, 'ReduceMax', inputs[0], [1], false),
  GlobalAveragePooling1D: ({ emitter, inputs }) => reduce(emitter, 'ReduceMean', inputs[0], [1], false),
};

function sequencePool({ emitter, config, inputs }: ConverterCall, pool: typeof maxPool): Located {
  requireChannelsLast(config);
  const size = config.perAxis('pool_size', 1, 2)[0]!;
  const stride = config.has('strides') ? config.perAxis('strides', 1)[0]! : size;
  const options = { size: [1, size], strides: [1, stride], padding: paddingOf(config) } as const;
  return asSequence(emitter, pool(emitter, asRow(emitter, inputs[0]), options));
}

function asRow(emitter: NhwcEmitter, x: Located): Located {
  const [, time, channels] = sequenceShape(x);
  return reshape(emitter, x, [-1, 1, time, channels]);
}

function asSequence(emitter: NhwcEmitter, x: Located): Located {
  const [, , width, channels] = shapeOf(x) ?? [];
  return reshape(emitter, x, [-1, fixed(width), fixed(channels)]);
}

function sequenceShape(x: Located): [unknown, number, number] {
  const shape = shapeOf(x);
  if (shape?.length !== 3) throw new UnsupportedUseError('a sequence of another number of dimensions than three');
  return [shape[0], fixed(shape[1]), fixed(shape[2])];
}
