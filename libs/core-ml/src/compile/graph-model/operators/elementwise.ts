import type { OperatorName } from '../../../graph/operators/table.js';
import { scalar } from '../../../graph/tensor/create.js';
import {
  binary,
  broadcast,
  elementTypeOf,
  leakyRelu,
  maximum,
  minimum,
  prelu,
  relu,
  relu6,
  reshape,
  unary,
  type Located,
  type NhwcEmitter,
  type Operand,
} from '../../emit/index.js';
import type { Converter, ConverterCall, ConverterTable } from '../converter.js';
import { clipByValue } from './activation.js';

const each =
  (operator: OperatorName): Converter =>
  (call) =>
    unary(call.emitter, operator, call.input(0));

const both =
  (operator: OperatorName): Converter =>
  (call) =>
    binary(call.emitter, operator, call.input(0), call.input(1));

/** Arithmetic, comparison and logic, element by element. */
export const elementwise: ConverterTable = {
  Add: both('Add'),
  AddV2: both('Add'),
  BiasAdd: (call) => {
    call.requireChannelsLast();
    return binary(call.emitter, 'Add', call.input(0), call.input(1));
  },
  AddN: (call) => call.inputs.reduce((sum, addend) => binary(call.emitter, 'Add', sum, addend)),
  Sub: both('Sub'),
  Mul: both('Mul'),
  Div: divide,
  RealDiv: divide,
  DivNoNan: divideOrZero,
  FloorDiv: floorDivide,
  FloorMod: floorModulo,
  Mod: floorModulo,
  Pow: both('Pow'),
  Maximum: (call) => maximum(call.emitter, call.input(0), call.input(1)),
  Minimum: (call) => minimum(call.emitter, call.input(0), call.input(1)),
  SquaredDifference: (call) => square(call.emitter, binary(call.emitter, 'Sub', call.input(0), call.input(1))),

  Neg: each('Neg'),
  Abs: each('Abs'),
  Sign: each('Sign'),
  Exp: each('Exp'),
  Expm1: (call) => plus(call.emitter, unary(call.emitter, 'Exp', call.input(0)), -1),
  Log: each('Log'),
  Log1p: (call) => unary(call.emitter, 'Log', plus(call.emitter, call.input(0), 1)),
  Sqrt: each('Sqrt'),
  Rsqrt: (call) => unary(call.emitter, 'Reciprocal', unary(call.emitter, 'Sqrt', call.input(0))),
  Square: (call) => square(call.emitter, call.input(0)),
  Reciprocal: each('Reciprocal'),
  Inv: each('Reciprocal'),
  Floor: each('Floor'),
  Ceil: each('Ceil'),
  Round: each('Round'),
  Erf: each('Erf'),
  Sin: each('Sin'),
  Cos: each('Cos'),
  Tan: each('Tan'),
  Asin: each('Asin'),
  Acos: each('Acos'),
  Atan: each('Atan'),
  Sinh: each('Sinh'),
  Cosh: each('Cosh'),
  IsNan: each('IsNaN'),

  Relu: (call) => relu(call.emitter, call.input(0)),
  Relu6: (call) => relu6(call.emitter, call.input(0)),
  Elu: each('Elu'),
  Selu: each('Selu'),
  Sigmoid: each('Sigmoid'),
  Tanh: each('Tanh'),
  Softplus: each('Softplus'),
  LeakyRelu: (call) => leakyRelu(call.emitter, call.input(0), call.attributes.real('alpha', 0.2)),
  Prelu: (call) => prelu(call.emitter, call.input(0), call.input(1)),
  ClipByValue: clipByValue,

  Equal: both('Equal'),
  NotEqual: (call) => unary(call.emitter, 'Not', binary(call.emitter, 'Equal', call.input(0), call.input(1))),
  Less: both('Less'),
  LessEqual: both('LessOrEqual'),
  Greater: both('Greater'),
  GreaterEqual: both('GreaterOrEqual'),
  LogicalAnd: both('And'),
  LogicalOr: both('Or'),
  LogicalXor: both('Xor'),
  LogicalNot: each('Not'),
  Select: select,
  SelectV2: (call) => choose(call.emitter, call.input(0), call.input(1), call.input(2)),
};

/** Of integers too: TensorFlow.js divides them as reals. */
function divide(call: ConverterCall): Operand {
  return binary(call.emitter, 'Div', asReal(call.emitter, call.input(0)), asReal(call.emitter, call.input(1)));
}

function divideOrZero(call: ConverterCall): Operand {
  const { emitter } = call;
  const quotient = divide(call);
  const isZero = binary(emitter, 'Equal', call.input(1), scalar(elementTypeOf(call.input(1)), 0));
  return choose(emitter, isZero, scalar('float32', 0), quotient);
}

/**
 * The largest integer not above the quotient. ONNX's integer division rounds towards zero, but its Mod has the sign of
 * the divisor, and without that remainder the division is exact.
 */
function floorDivide(call: ConverterCall): Operand {
  const { emitter } = call;
  const [a, b] = [call.input(0), call.input(1)];
  if (elementTypeOf(a) !== 'int32') return unary(emitter, 'Floor', binary(emitter, 'Div', a, b));
  return binary(emitter, 'Div', binary(emitter, 'Sub', a, binary(emitter, 'Mod', a, b)), b);
}

/** The remainder with the sign of the divisor; for reals ONNX only has C's fmod, whose sign is the dividend's. */
function floorModulo(call: ConverterCall): Operand {
  const { emitter } = call;
  const [a, b] = [call.input(0), call.input(1)];
  if (elementTypeOf(a) === 'int32') return binary(emitter, 'Mod', a, b);
  const remainder = (x: Operand): Located =>
    broadcast(emitter, [x, b], (values) => emitter.op('Mod', values, { fmod: 1 }));
  return remainder(binary(emitter, 'Add', remainder(a), b));
}

/** TensorFlow's older selection: a condition of one axis chooses whole rows. */
function select(call: ConverterCall): Operand {
  const { emitter } = call;
  const condition = call.input(0);
  const rank = call.rank(1);
  if (call.rank(0) !== 1 || rank === undefined || rank <= 1) {
    return choose(emitter, condition, call.input(1), call.input(2));
  }
  const rows = reshape(emitter, condition, [-1, ...Array.from({ length: rank - 1 }, () => 1)]);
  return choose(emitter, rows, call.input(1), call.input(2));
}

function choose(emitter: NhwcEmitter, condition: Operand, whenTrue: Operand, whenFalse: Operand): Operand {
  return broadcast(emitter, [condition, whenTrue, whenFalse], (values) => emitter.op('Where', values));
}

function square(emitter: NhwcEmitter, x: Operand): Operand {
  return binary(emitter, 'Mul', x, x);
}

function plus(emitter: NhwcEmitter, x: Operand, addend: number): Operand {
  return binary(emitter, 'Add', x, scalar(elementTypeOf(x), addend));
}

function asReal(emitter: NhwcEmitter, x: Operand): Operand {
  if (elementTypeOf(x) === 'float32') return x;
  return { value: emitter.cast(emitter.plain(x), 'float32'), layout: 'plain' };
}
