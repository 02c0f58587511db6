import type { TensorData } from '../model.js';
import { byteLengthOf } from '../element-size.js';
import type { Known } from '../operators/known.js';
import type { NodeCall } from '../operators/node-call.js';
import { tensor } from '../tensor/create.js';
import { arithmetic } from './arithmetic.js';
import { making } from './making.js';
import { movement, type Evaluator } from './movement.js';

const evaluators = new Map<string, Evaluator>(Object.entries({ ...movement, ...arithmetic, ...making }));

/** Operators that can be computed without the runtime. */
export const evaluatedOperators: readonly string[] = [...evaluators.keys()];

/** One constant that another may be computed from. */
export interface EvaluationSource {
  readonly name: string;
  readonly bytes: number;
}

/** Whether a constant of so many bytes may be computed from these. */
export type EvaluationLimit = (outputBytes: number, sources: readonly EvaluationSource[]) => boolean;

const smallBytes = 16_384;

/** While shapes are inferred only small things are computed: lists of lengths, scales, single numbers. */
export const smallOnly: EvaluationLimit = (outputBytes, sources) =>
  outputBytes <= smallBytes && sources.every(({ bytes }) => bytes <= smallBytes);

/**
 * Computes a node whose inputs are all constant.
 * @param output what shape inference says of its only output
 * @returns undefined where not everything is known, the limit forbids it, or nobody wrote how
 */
export function evaluateCall(call: NodeCall, output: Known): TensorData | undefined {
  if (call.op === 'Constant') return making.Constant!(call, [], []);
  const counted = fromElements(output);
  if (counted !== undefined) return counted;
  const evaluate = evaluators.get(call.op);
  const inputs = constantInputs(call);
  if (evaluate === undefined || inputs === undefined) return undefined;
  const dims = numbersIn(output.shape);
  // Only NonZero has an output whose size is not known; it holds at most one place of 8 bytes per axis for each element.
  if (dims === undefined && call.op !== 'NonZero') return undefined;
  const sources = call.inputs.flatMap((input) => (input?.data === undefined ? [] : [sourceOf(input.name, input.data)]));
  const sourceBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const outputBytes = dims === undefined ? sourceBytes * 8 * 8 : byteLengthOf(output.elementType, dims);
  const limit = call.context.evaluation ?? smallOnly;
  return limit(outputBytes, sources) ? evaluate(call, inputs, dims ?? []) : undefined;
}

function sourceOf(name: string, { elementType, dims }: TensorData): EvaluationSource {
  return { name, bytes: byteLengthOf(elementType, dims) };
}

function constantInputs(call: NodeCall): readonly TensorData[] | undefined {
  const inputs: TensorData[] = [];
  for (const input of call.inputs) {
    if (input === undefined) continue;
    if (input.data?.content.kind !== 'bytes') return undefined;
    inputs.push(input.data);
  }
  return inputs;
}

/** A list whose elements the rules of shape inference found is a constant, whatever it was computed from. */
function fromElements({ elementType, shape, elements }: Known): TensorData | undefined {
  const dims = numbersIn(shape);
  if (dims === undefined || elements === undefined || !['int64', 'int32', 'bool'].includes(elementType))
    return undefined;
  const numbers = numbersIn(elements);
  if (numbers === undefined || numbers.length !== (dims[0] ?? 1) || !numbers.every(Number.isSafeInteger))
    return undefined;
  return tensor(elementType, dims, numbers);
}

function numbersIn(list: readonly unknown[] | undefined): readonly number[] | undefined {
  return list?.every((element): element is number => typeof element === 'number') === true ? list : undefined;
}
