import { scalar } from '../../../graph/tensor/create.js';
import {
  batchNorm,
  binary,
  elementTypeOf,
  leakyRelu,
  prelu,
  reduce,
  shapeOf,
  softmax,
  unary,
  type Located,
} from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import { activate, configuredRelu } from '../activations.js';
import type { ConverterCall, LayerConverter, LayerConverters } from '../layer-converter.js';

/** Layers that only training needs. */
const asItIs: LayerConverter = ({ inputs }) => inputs[0];

/** Layers that compute each element for itself, or with the statistics of its channel. */
export const elementwiseLayers: LayerConverters = {
  Activation: ({ emitter, config, inputs }) => activate(emitter, inputs[0], config.activation()),
  ReLU: ({ emitter, config, inputs }) => {
    if (config.number('threshold', 0) !== 0) throw new UnsupportedUseError('a threshold other than zero');
    return configuredRelu(emitter, inputs[0], config.number('negative_slope', 0), config.optionalNumber('max_value'));
  },
  LeakyReLU: ({ emitter, config, inputs }) =>
    leakyRelu(emitter, inputs[0], config.optionalNumber('negative_slope') ?? config.number('alpha', 0.3)),
  PReLU: ({ emitter, inputs, weight }) => prelu(emitter, inputs[0], weight('alpha')),
  ELU: ({ emitter, config, inputs }) => unary(emitter, 'Elu', inputs[0], { alpha: config.number('alpha', 1) }),
  ThresholdedReLU: ({ emitter, config, inputs }) =>
    unary(emitter, 'ThresholdedRelu', inputs[0], { alpha: config.number('theta', 1) }),
  Softmax: ({ emitter, config, inputs }) => softmax(emitter, inputs[0], config.whole('axis', -1)),
  BatchNormalization: normaliseBatch,
  LayerNormalization: normaliseLayer,
  Dropout: asItIs,
  SpatialDropout1D: asItIs,
  SpatialDropout2D: asItIs,
  AlphaDropout: asItIs,
  GaussianDropout: asItIs,
  GaussianNoise: asItIs,
  ActivityRegularization: asItIs,
};

function normaliseBatch(call: ConverterCall): Located {
  const { emitter, config, inputs, weight } = call;
  requireLastAxis(call);
  return batchNorm(emitter, inputs[0], {
    mean: weight('moving_mean'),
    variance: weight('moving_variance'),
    ...(config.flag('scale', true) ? { scale: weight('gamma') } : {}),
    ...(config.flag('center', true) ? { offset: weight('beta') } : {}),
    epsilon: config.number('epsilon', 1e-3),
  });
}

/** By the mean and variance over the last axis (https://arxiv.org/abs/1607.06450). */
function normaliseLayer(call: ConverterCall): Located {
  const { emitter, config, inputs, weight } = call;
  requireLastAxis(call);
  const [x] = inputs;
  const centred = binary(emitter, 'Sub', x, reduce(emitter, 'ReduceMean', x, [-1], true));
  const variance = reduce(emitter, 'ReduceMean', binary(emitter, 'Mul', centred, centred), [-1], true);
  const shifted = binary(emitter, 'Add', variance, scalar(elementTypeOf(x), config.number('epsilon', 1e-3)));
  const normalised = binary(emitter, 'Div', centred, unary(emitter, 'Sqrt', shifted));
  const scaled = config.flag('scale', true) ? binary(emitter, 'Mul', normalised, weight('gamma')) : normalised;
  return config.flag('center', true) ? binary(emitter, 'Add', scaled, weight('beta')) : scaled;
}

/** Keras writes the axis as a number or as a list of one. */
function requireLastAxis({ config, inputs }: ConverterCall): void {
  const [axis, ...others] = config.has('axis') ? config.perAxis('axis', 1) : [-1];
  const rank = shapeOf(inputs[0])?.length;
  if (others.length > 0 || (axis !== -1 && axis !== (rank ?? 0) - 1)) {
    throw new UnsupportedUseError('it normalises another axis than the last');
  }
}
