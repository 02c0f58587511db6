import { elementCount } from '../element-size.js';
import { constantOf, elementTypeOf } from '../operators/constants.js';
import { float32, int64, tensor } from '../tensor/create.js';
import { exactNumbers, fitted } from './arithmetic.js';
import type { Evaluator } from './movement.js';
import { stridesOf } from './strides.js';

const range: Evaluator = (_, [start, , delta], dims) => {
  const [first, step] = [exactNumbers(start!)?.[0], exactNumbers(delta!)?.[0]];
  if (first === undefined || step === undefined) return undefined;
  return fitted(
    start!.elementType,
    dims,
    Float64Array.from({ length: elementCount(dims) }, (_, i) => first + i * step),
  );
};

const constantOfShape: Evaluator = (call, _, dims) => {
  const value = call.tensor('value') ?? float32([1], [0]);
  const element = exactNumbers(value)?.[0];
  return element === undefined
    ? undefined
    : tensor(value.elementType, dims, new Float64Array(elementCount(dims)).fill(element));
};

const nonZero: Evaluator = (_, [data]) => {
  const values = exactNumbers(data!);
  if (values === undefined) return undefined;
  const places = Array.from(values).flatMap((value, index) => (value === 0 ? [] : [index]));
  const rows = stridesOf(data!.dims).map((stride, axis) =>
    places.map((place) => Math.floor(place / stride) % data!.dims[axis]!),
  );
  return int64([data!.dims.length, places.length], rows.flat());
};

type Fold = (values: readonly number[]) => number;

const folds: Readonly<Record<string, Fold>> = {
  ReduceSum: (values) => values.reduce((sum, value) => sum + value, 0),
  ReduceProd: (values) => values.reduce((product, value) => product * value, 1),
  ReduceMax: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
  ReduceMin: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
  ReduceMean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

/** Only over all axes: that is how exporters count elements. */
const reduceAll: Evaluator = (call, [data], dims) => {
  if (elementCount(dims) !== 1 || data!.dims.length === 0) return undefined;
  const values = exactNumbers(data!);
  return values === undefined
    ? undefined
    : fitted(data!.elementType, dims, Float64Array.of(folds[call.op]!(Array.from(values))));
};

/** Operators that make elements or count them. */
export const making: Readonly<Record<string, Evaluator>> = {
  Constant: (call) => constantOf(call.attributes),
  ConstantOfShape: constantOfShape,
  Range: range,
  NonZero: nonZero,
  EyeLike: (call, _, dims) => {
    const written = call.optionalInt('dtype');
    const elementType = written === undefined ? call.elementType(0) : elementTypeOf(call, written);
    const [rows, columns] = [dims[0]!, dims[1]!];
    const ones = Float64Array.from({ length: rows * columns }, (_, i) =>
      Number((i % columns) - Math.floor(i / columns) === call.int('k')),
    );
    return fitted(elementType, dims, ones);
  },
  ...Object.fromEntries(Object.keys(folds).map((op) => [op, reduceAll])),
};
