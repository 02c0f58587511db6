import { clip, leakyRelu, prelu, relu, relu6, unary, type Located, type Operand } from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import type { ConverterCall } from '../converter.js';

/**
 * What a fused operator computes after its product: TensorFlow lists the steps in `fused_ops`, their constants follow
 * the product's own two inputs.
 */
export interface FusedSteps {
  readonly bias: Operand | undefined;
  /** Applies the activation, if there is one. */
  readonly activate: (x: Located) => Located;
}

/** @throws UnsupportedUseError for a step that TensorFlow.js does not know either */
export function fusedSteps(call: ConverterCall): FusedSteps {
  const steps = call.attributes.texts('fused_ops');
  const bias = steps[0] === 'BiasAdd' ? call.input(2) : undefined;
  const activations = bias === undefined ? steps : steps.slice(1);
  if (activations.length > 1) throw new UnsupportedUseError(`the fused steps ${steps.join(', ')}`);
  const [activation] = activations;
  if (activation !== undefined && !isActivation(activation))
    throw new UnsupportedUseError(`the fused step ${activation}`);
  return {
    bias,
    activate: (x) => (activation === undefined ? x : activate(call, x, activation)),
  };
}

const activations = ['Relu', 'Relu6', 'Prelu', 'LeakyRelu', 'Elu', 'Sigmoid', 'Tanh'] as const;
type Activation = (typeof activations)[number];

function isActivation(name: string): name is Activation {
  return activations.some((known) => known === name);
}

function activate(call: ConverterCall, x: Located, activation: Activation): Located {
  const { emitter } = call;
  switch (activation) {
    case 'Relu':
      return relu(emitter, x);
    case 'Relu6':
      return relu6(emitter, x);
    case 'Prelu':
      return prelu(emitter, x, call.input(call.inputs.length - 1));
    case 'LeakyRelu':
      return leakyRelu(emitter, x, call.attributes.real('leakyrelu_alpha', 0.2));
    case 'Elu':
    case 'Sigmoid':
    case 'Tanh':
      return unary(emitter, activation, x);
  }
}

/** TensorFlow.js's `ClipByValue`: the limits are scalars. */
export function clipByValue(call: ConverterCall): Located {
  return clip(call.emitter, call.input(0), call.number(1, 'the lower limit'), call.number(2, 'the upper limit'));
}
