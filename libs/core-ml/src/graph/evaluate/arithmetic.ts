import type { ElementType, TensorData } from '../model.js';
import { elementTypeOf } from '../operators/constants.js';
import { tensor } from '../tensor/create.js';
import { numbersOf } from '../tensor/read.js';
import type { Evaluator } from './movement.js';
import { broadcastStrides, sourceIndices } from './strides.js';

const integerRanges: Readonly<Partial<Record<ElementType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  bool: [0, 1],
};

/** @returns undefined where a result does not fit its element type: what the runtime would do then is its own matter */
export function fitted(
  elementType: ElementType,
  dims: readonly number[],
  values: Float64Array,
): TensorData | undefined {
  const range = integerRanges[elementType];
  if (range !== undefined && !values.every((value) => value >= range[0] && value <= range[1])) return undefined;
  return tensor(elementType, dims, values);
}

/** Numbers that double precision holds exactly; undefined where it does not. */
export function exactNumbers(data: TensorData): ArrayLike<number> | undefined {
  const numbers = numbersOf(data);
  const wide = data.elementType === 'int64' || data.elementType === 'uint64';
  return wide && numbers?.some((value) => !Number.isSafeInteger(value)) === true ? undefined : numbers;
}

type Rule = (values: readonly number[]) => number;

/** Element-wise over all inputs, which broadcast. @param to element type of the result, when it is not that of an input */
function everywhere(rule: Rule, from = 0, to?: ElementType): Evaluator {
  return (_, inputs, dims) => {
    const numbers = inputs.map(exactNumbers);
    if (!numbers.every((list) => list !== undefined)) return undefined;
    const places = inputs.map((input) => sourceIndices(dims, broadcastStrides(input.dims, dims)));
    const count = dims.reduce((product, length) => product * length, 1);
    const values = Float64Array.from({ length: count }, (_, i) =>
      rule(numbers.map((list, k) => list[places[k]![i]!]!)),
    );
    return fitted(to ?? inputs[from]!.elementType, dims, values);
  };
}

const one = (rule: (x: number) => number): Evaluator => everywhere(([x]) => rule(x!));
const two = (rule: (a: number, b: number) => number): Evaluator => everywhere(([a, b]) => rule(a!, b!));
const test = (rule: (a: number, b: number) => boolean): Evaluator =>
  everywhere(([a, b]) => Number(rule(a!, b!)), 0, 'bool');

/** Ties go to the even neighbour, as IEEE 754 rounds. */
function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const isWhole = (elementType: ElementType): boolean => integerRanges[elementType] !== undefined;

/** Whole numbers divide towards zero. */
const divide: Evaluator = (call, inputs, dims) => {
  const whole = isWhole(inputs[0]!.elementType);
  return two((a, b) => (whole ? Math.trunc(a / b) : a / b))(call, inputs, dims);
};

const modulo: Evaluator = (call, inputs, dims) =>
  two((a, b) => (call.flag('fmod') ? a % b : a - b * Math.floor(a / b)))(call, inputs, dims);

const cast: Evaluator = (call, [data], dims) => {
  const to = elementTypeOf(call, call.int('to'));
  const from = exactNumbers(data!);
  if (from === undefined || (to !== 'bool' && !isWhole(to) && !to.includes('float'))) return undefined;
  const convert =
    to === 'bool' ? (value: number) => Number(value !== 0) : isWhole(to) ? Math.trunc : (value: number) => value;
  return fitted(to, dims, Float64Array.from(from, convert));
};

/** Bounds that are not given are missing from `inputs`, so they are read from the call. */
const clip: Evaluator = (call, [data], dims) => {
  const bound = (index: number, name: string, none: number): number => {
    const given = call.inputs[index]?.data;
    const attribute = call.attributes.get(name);
    if (given !== undefined) return numbersOf(given)?.[0] ?? none;
    return attribute?.kind === 'float' ? attribute.value : none;
  };
  const [least, most] = [bound(1, 'min', -Infinity), bound(2, 'max', Infinity)];
  const from = exactNumbers(data!);
  if (from === undefined) return undefined;
  return fitted(
    data!.elementType,
    dims,
    Float64Array.from(from, (value) => Math.min(Math.max(value, least), most)),
  );
};

/** Element-wise operators, computed in double precision and rounded once. */
export const arithmetic: Readonly<Record<string, Evaluator>> = {
  Add: two((a, b) => a + b),
  Sub: two((a, b) => a - b),
  Mul: two((a, b) => a * b),
  Div: divide,
  Mod: modulo,
  Pow: two((a, b) => a ** b),
  Min: everywhere((values) => Math.min(...values)),
  Max: everywhere((values) => Math.max(...values)),
  Sum: everywhere((values) => values.reduce((sum, value) => sum + value, 0)),
  Neg: one((x) => -x),
  Abs: one(Math.abs),
  Sign: one(Math.sign),
  Exp: one(Math.exp),
  Log: one(Math.log),
  Sqrt: one(Math.sqrt),
  Reciprocal: one((x) => 1 / x),
  Floor: one(Math.floor),
  Ceil: one(Math.ceil),
  Round: one(roundHalfEven),
  Sin: one(Math.sin),
  Cos: one(Math.cos),
  Tanh: one(Math.tanh),
  Sigmoid: one((x) => 1 / (1 + Math.exp(-x))),
  Relu: one((x) => (x < 0 ? 0 : x)),
  Not: one((x) => 1 - x),
  And: two((a, b) => a & b),
  Or: two((a, b) => a | b),
  Xor: two((a, b) => a ^ b),
  Equal: test((a, b) => a === b),
  Less: test((a, b) => a < b),
  Greater: test((a, b) => a > b),
  LessOrEqual: test((a, b) => a <= b),
  GreaterOrEqual: test((a, b) => a >= b),
  Where: everywhere(([condition, a, b]) => (condition !== 0 ? a! : b!), 1),
  Cast: cast,
  Clip: clip,
};
