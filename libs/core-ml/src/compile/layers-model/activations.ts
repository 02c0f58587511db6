import { scalar } from '../../graph/tensor/create.js';
import { binary, clip, relu, relu6, softmax, unary, type Located, type NhwcEmitter } from '../emit/index.js';
import { UnsupportedUseError } from '../errors.js';

type Activation = (emitter: NhwcEmitter, x: Located) => Located;

const float = (value: number) => scalar('float32', value);

const sigmoid: Activation = (emitter, x) => unary(emitter, 'Sigmoid', x);
const tanh: Activation = (emitter, x) => unary(emitter, 'Tanh', x);
const softplus: Activation = (emitter, x) => unary(emitter, 'Softplus', x);
const timesItself =
  (gate: Activation): Activation =>
  (emitter, x) =>
    binary(emitter, 'Mul', x, gate(emitter, x));

/** Keras's: a fifth of x and a half, between 0 and 1. */
const hardSigmoid: Activation = (emitter, x) => unary(emitter, 'HardSigmoid', x, { alpha: 0.2, beta: 0.5 });

/** x times the normal distribution's cumulative function (https://arxiv.org/abs/1606.08415), by the error function. */
const gelu: Activation = (emitter, x) => {
  const erf = unary(emitter, 'Erf', binary(emitter, 'Mul', x, float(Math.SQRT1_2)));
  const doubled = binary(emitter, 'Add', erf, float(1));
  return binary(emitter, 'Mul', binary(emitter, 'Mul', x, float(0.5)), doubled);
};

/** The same by tanh, section 2 of that paper. */
const geluByTanh: Activation = (emitter, x) => {
  const cube = binary(emitter, 'Mul', binary(emitter, 'Mul', x, x), x);
  const inner = binary(emitter, 'Add', x, binary(emitter, 'Mul', cube, float(0.044715)));
  const squashed = tanh(emitter, binary(emitter, 'Mul', inner, float(Math.sqrt(2 / Math.PI))));
  const doubled = binary(emitter, 'Add', squashed, float(1));
  return binary(emitter, 'Mul', binary(emitter, 'Mul', x, float(0.5)), doubled);
};

/** By the names that Keras and TensorFlow.js write. */
const activations: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu,
  relu6,
  elu: (emitter, x) => unary(emitter, 'Elu', x),
  // The constants of https://arxiv.org/abs/1706.02515, appendix A.
  selu: (emitter, x) => unary(emitter, 'Selu', x, { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }),
  sigmoid,
  hard_sigmoid: hardSigmoid,
  hardSigmoid,
  tanh,
  softplus,
  softsign: (emitter, x) => unary(emitter, 'Softsign', x),
  softmax: (emitter, x) => softmax(emitter, x, -1),
  log_softmax: (emitter, x) => softmax(emitter, x, -1, 'LogSoftmax'),
  logSoftmax: (emitter, x) => softmax(emitter, x, -1, 'LogSoftmax'),
  swish: timesItself(sigmoid),
  silu: timesItself(sigmoid),
  mish: timesItself((emitter, x) => tanh(emitter, softplus(emitter, x))),
  gelu,
  gelu_new: geluByTanh,
  exponential: (emitter, x) => unary(emitter, 'Exp', x),
};

/** @throws UnsupportedUseError where no activation has that name */
export function activate(emitter: NhwcEmitter, x: Located, name: string): Located {
  const activation = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (activation === undefined) throw new UnsupportedUseError(`the activation '${name}' is not known`);
  return activation(emitter, x);
}

/** A ReLU as Keras's layer of that name configures it: a slope below zero, a limit above. */
export function configuredRelu(emitter: NhwcEmitter, x: Located, slope: number, max: number | undefined): Located {
  if (slope === 0) return clip(emitter, x, 0, max ?? Infinity);
  const leaky = unary(emitter, 'LeakyRelu', x, { alpha: slope });
  return max === undefined ? leaky : clip(emitter, leaky, -Infinity, max);
}
