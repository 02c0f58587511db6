import {
  anyType,
  float,
  floating,
  int,
  numeric,
  operator,
  type AttributeSpecs,
  type Inferred,
  type TypeSet,
} from './definition.js';
import type { NodeCall } from './node-call.js';

const sameShape = (call: NodeCall): Inferred[] => [{ shape: call.shape(0) }];
const broadcastAll = (call: NodeCall): Inferred[] => [{ shape: call.broadcast(...call.inputs.keys()) }];

const unary = <const A extends AttributeSpecs>(types: TypeSet, attributes: A) =>
  operator({ inputs: ['X: T'], outputs: ['Y: T'], types: { T: types }, attributes, infer: sameShape });
const binary = (types: TypeSet) =>
  operator({ inputs: ['A: T', 'B: T'], outputs: ['C: T'], types: { T: types }, attributes: {}, infer: broadcastAll });
const comparison = (types: TypeSet) =>
  operator({
    inputs: ['A: T', 'B: T'],
    outputs: ['C: bool'],
    types: { T: types },
    attributes: {},
    infer: broadcastAll,
  });
const variadic = (types: TypeSet) =>
  operator({ inputs: ['...data: T'], outputs: ['Y: T'], types: { T: types }, attributes: {}, infer: broadcastAll });

/** Arithmetic, comparison and logic: each output element depends on the input elements at its place. */
export const elementwise = {
  Add: binary(numeric),
  Sub: binary(numeric),
  Mul: binary(numeric),
  Div: binary(numeric),
  And: binary(['bool']),
  Or: binary(['bool']),
  Xor: binary(['bool']),
  Mod: operator({
    inputs: ['A: T', 'B: T'],
    outputs: ['C: T'],
    types: { T: numeric },
    attributes: { fmod: int(0) },
    infer: broadcastAll,
  }),
  Pow: operator({
    inputs: ['X: T', 'Y: E'],
    outputs: ['Z: T'],
    types: { T: numeric, E: numeric },
    attributes: {},
    infer: broadcastAll,
  }),

  Equal: comparison(anyType),
  Less: comparison(numeric),
  Greater: comparison(numeric),
  LessOrEqual: comparison(numeric),
  GreaterOrEqual: comparison(numeric),
  IsNaN: operator({ inputs: ['X: T'], outputs: ['Y: bool'], types: { T: floating }, attributes: {}, infer: sameShape }),
  IsInf: operator({
    inputs: ['X: T'],
    outputs: ['Y: bool'],
    types: { T: floating },
    attributes: { detect_negative: int(1), detect_positive: int(1) },
    infer: sameShape,
  }),
  Where: operator({
    inputs: ['condition: bool', 'X: T', 'Y: T'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: {},
    infer: broadcastAll,
  }),

  Min: variadic(numeric),
  Max: variadic(numeric),
  Sum: variadic(floating),
  Mean: variadic(floating),

  Neg: unary(numeric, {}),
  Abs: unary(numeric, {}),
  Sign: unary(numeric, {}),
  Not: unary(['bool'], {}),
  Exp: unary(floating, {}),
  Log: unary(floating, {}),
  Sqrt: unary(floating, {}),
  Reciprocal: unary(floating, {}),
  Floor: unary(floating, {}),
  Ceil: unary(floating, {}),
  Round: unary(floating, {}),
  Erf: unary(numeric, {}),
  Sin: unary(floating, {}),
  Cos: unary(floating, {}),
  Tan: unary(floating, {}),
  Asin: unary(floating, {}),
  Acos: unary(floating, {}),
  Atan: unary(floating, {}),
  Sinh: unary(floating, {}),
  Cosh: unary(floating, {}),
  Asinh: unary(floating, {}),
  Acosh: unary(floating, {}),
  Atanh: unary(floating, {}),
};

/** Non-linearities of networks. */
export const activations = {
  Relu: unary(numeric, {}),
  Sigmoid: unary(floating, {}),
  Tanh: unary(floating, {}),
  Softplus: unary(floating, {}),
  Softsign: unary(floating, {}),
  HardSwish: unary(floating, {}),
  Mish: unary(floating, {}),
  Gelu: unary(floating, {}),
  LeakyRelu: unary(floating, { alpha: float(0.01) }),
  Elu: unary(floating, { alpha: float(1) }),
  Celu: unary(floating, { alpha: float(1) }),
  Selu: unary(floating, { alpha: float(1.6732631921768188), gamma: float(1.0507010221481323) }),
  ThresholdedRelu: unary(floating, { alpha: float(1) }),
  HardSigmoid: unary(floating, { alpha: float(0.2), beta: float(0.5) }),
  PRelu: operator({
    inputs: ['X: T', 'slope: T'],
    outputs: ['Y: T'],
    types: { T: numeric },
    attributes: {},
    infer(call) {
      // The slope broadcasts to X, never X to the slope.
      const shape = call.shape(0);
      const both = call.broadcast(0, 1);
      if (shape !== undefined && both !== undefined && !fits(shape, both)) {
        call.fail(`${call.describe(1)} is larger than ${call.describe(0)}.`);
      }
      return [{ shape }];
    },
  }),
  Clip: operator({
    inputs: ['input: T', 'min?: T', 'max?: T'],
    outputs: ['output: T'],
    types: { T: numeric },
    attributes: { min: float(undefined, { until: 10 }), max: float(undefined, { until: 10 }) },
    infer(call) {
      for (const bound of [1, 2]) {
        if (call.has(bound) && (call.shape(bound)?.length ?? 0) > 0)
          call.fail(`${call.describe(bound)} must be one number.`);
      }
      return [{ shape: call.shape(0) }];
    },
  }),
};

function fits(shape: readonly unknown[], both: readonly unknown[]): boolean {
  return (
    shape.length === both.length &&
    shape.every((dimension, axis) => dimension !== 1 || both[axis] === 1 || typeof both[axis] !== 'number')
  );
}
