import type { ElementType, TensorData } from '../model.js';
import { elementTypes } from '../model.js';
import { float32, int64, strings } from '../tensor/create.js';
import { numbersOf } from '../tensor/read.js';
import {
  anyType,
  float,
  floats,
  int,
  ints,
  lengths,
  numeric,
  operator,
  required,
  string,
  stringList,
  tensorValue,
} from './definition.js';
import type { Dimension } from '../model.js';
import { isFollowed } from './known.js';
import type { NodeCall } from './node-call.js';

const byNumber = new Map<number, ElementType>(
  Object.entries(elementTypes).map(([name, number]) => [number, name as ElementType]),
);

/** @throws ShapeError when ONNX has no element type of that number */
export function elementTypeOf(call: NodeCall, number: number): ElementType {
  return byNumber.get(number) ?? call.fail(`there is no element type ${number}.`);
}

/** The tensor that a Constant node stands for, whichever attribute holds it. */
export function constantOf(attributes: NodeCall['attributes']): TensorData | undefined {
  for (const name of [
    'value',
    'value_float',
    'value_floats',
    'value_int',
    'value_ints',
    'value_string',
    'value_strings',
  ]) {
    const attribute = attributes.get(name);
    switch (attribute?.kind) {
      case 'tensor':
        return attribute.value;
      case 'float':
        return float32([], [attribute.value]);
      case 'floats':
        return float32([attribute.value.length], attribute.value);
      case 'int':
        return int64([], [attribute.value]);
      case 'ints':
        return int64([attribute.value.length], attribute.value);
      case 'string':
        return strings([], [attribute.value]);
      case 'strings':
        return strings([attribute.value.length], attribute.value);
      default:
        break;
    }
  }
  return undefined;
}

/** Lengths have to be whole numbers; others are refused. */
export function checkedLengths(call: NodeCall, input: number, elements: readonly Dimension[]): readonly Dimension[] {
  const bad = elements.find((length) => typeof length === 'number' && !(Number.isSafeInteger(length) && length >= 0));
  if (bad !== undefined) call.fail(`${call.describe(input)} asks for a length of ${bad}.`);
  return elements;
}

function inferRange(call: NodeCall): Dimension {
  const [start, limit, delta] = [0, 1, 2].map((input) => {
    call.ranked(input, 0);
    const { data } = call.input(input);
    return data === undefined ? call.elements(input)?.[0] : numbersOf(data)?.[0];
  });
  if (delta === 0) call.fail('delta must not be 0.');
  if (typeof start !== 'number' || typeof delta !== 'number') return undefined;
  if (typeof limit !== 'number') return start === 0 && delta === 1 ? limit : undefined;
  return Math.max(Math.ceil((limit - start) / delta), 0);
}

/** Values that come from nowhere or pass through, and changes of the element type. */
export const constants = {
  Constant: operator({
    inputs: [],
    outputs: ['output: any'],
    attributes: {
      value: tensorValue(),
      value_float: float(),
      value_floats: floats(),
      value_int: int(),
      value_ints: ints(),
      value_string: string(),
      value_strings: stringList(),
    },
    infer(call) {
      const data = constantOf(call.attributes) ?? call.fail('no value is given.');
      return [{ shape: data.dims, elementType: data.elementType }];
    },
  }),
  ConstantOfShape: operator({
    inputs: ['input: int64'],
    outputs: ['output: any'],
    attributes: { value: tensorValue() },
    infer(call) {
      call.ranked(0, 1);
      const elements = call.elements(0);
      const count = call.shape(0)?.[0];
      const elementType = call.tensor('value')?.elementType ?? 'float32';
      if (elements !== undefined) return [{ shape: checkedLengths(call, 0, elements), elementType }];
      const isRank = typeof count === 'number' && count <= 64;
      return [{ shape: isRank ? new Array<Dimension>(count).fill(undefined) : undefined, elementType }];
    },
  }),
  Range: operator({
    inputs: ['start: T', 'limit: T', 'delta: T'],
    outputs: ['output: T'],
    types: { T: ['float32', 'float64', 'int16', ...lengths] },
    attributes: {},
    infer: (call) => [{ shape: [inferRange(call)] }],
  }),
  Identity: operator({
    inputs: ['input: T'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: {},
    infer: (call) => [{ shape: call.shape(0), elements: call.elements(0) }],
  }),
  Dropout: operator({
    inputs: ['data: T', 'ratio?: any', 'training_mode?: bool'],
    outputs: ['output: T', 'mask?: bool'],
    types: { T: numeric },
    attributes: { ratio: float(undefined, { until: 11 }), seed: int(undefined, { since: 12 }) },
    infer: (call) => [{ shape: call.shape(0) }, { shape: call.shape(0) }],
  }),
  Cast: operator({
    inputs: ['input: S'],
    outputs: ['output: any'],
    types: { S: anyType },
    attributes: { to: required('int'), saturate: int(1, { since: 19 }) },
    infer(call) {
      const elementType = elementTypeOf(call, call.int('to'));
      const keeps = isFollowed(call.elementType(0)) && isFollowed(elementType) && elementType !== 'bool';
      return [{ shape: call.shape(0), elementType, elements: keeps ? call.elements(0) : undefined }];
    },
  }),
  CastLike: operator({
    inputs: ['input: S', 'target_type: T'],
    outputs: ['output: T'],
    types: { S: anyType, T: anyType },
    attributes: {},
    infer: (call) => [{ shape: call.shape(0) }],
  }),
  EyeLike: operator({
    inputs: ['input: S'],
    outputs: ['output: any'],
    types: { S: anyType },
    attributes: { dtype: int(), k: int(0) },
    infer(call) {
      const written = call.optionalInt('dtype');
      const elementType = written === undefined ? call.elementType(0) : elementTypeOf(call, written);
      return [{ shape: call.ranked(0, 2), elementType }];
    },
  }),
};
