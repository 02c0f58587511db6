import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, type Value } from '../builder/index.js';
import { evaluatedOperators } from '../evaluate/evaluate.js';
import type { Dimension, ElementType, TensorData, TensorType } from '../model.js';
import { writeModel } from '../protobuf/index.js';
import { numbersOf, storedElements } from '../tensor/read.js';
import { operatorCases, type OperatorCase } from './operator-cases.fixture.js';
import { operators } from './table.js';

interface Built {
  readonly graph: GraphBuilder;
  readonly values: readonly Value[];
}

/** How a case's inputs are described to the builder; undefined makes them constants. */
type Describe = (data: TensorData, index: number) => readonly Dimension[] | undefined;

function build(one: OperatorCase, shapeOf: Describe): Built {
  const graph = new GraphBuilder({ opset: one.opset ?? 17 });
  const inputs = one.inputs.map((data, index) => {
    if (data === undefined) return undefined;
    const shape = shapeOf(data, index);
    return shape === undefined ? graph.constant(data) : graph.input(`input${index}`, data.elementType, shape);
  });
  return { graph, values: graph.ops<string>(one.op, inputs, one.outputs ?? 1, one.attributes) };
}

const isFixed = ({ fixed }: OperatorCase, index: number): boolean => fixed?.includes(index) === true;

/** Runtime tensors of half precision come as bits. */
function toRuntime(data: TensorData): Tensor {
  const { elementType, dims } = data;
  const elements = storedElements(data)!;
  return new Tensor(elementType as 'float32', elements as Float32Array, [...dims]);
}

async function run(one: OperatorCase): Promise<{ described: readonly TensorType[]; results: readonly Tensor[] }> {
  const { graph, values } = build(one, (data, index) => (isFixed(one, index) ? undefined : data.dims));
  for (const [index, value] of values.entries()) graph.output(`output${index}`, value);
  const session = await InferenceSession.create(writeModel(graph.build()), {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const feeds: Record<string, Tensor> = {};
  for (const name of session.inputNames) feeds[name] = toRuntime(one.inputs[Number(name.slice(5))]!);
  const fetched = await session.run(feeds);
  await session.release();
  return {
    described: values.map(({ type }) => type),
    results: values.map((_, index) => fetched[`output${index}`] as Tensor),
  };
}

/** Whether what was said before the run holds for what came out. */
function contradictions(said: readonly Dimension[] | undefined, dims: readonly number[]): string[] {
  if (said === undefined) return [];
  if (said.length !== dims.length) return [`rank ${said.length}, not ${dims.length}`];
  return said.flatMap((length, axis) => {
    const expected = typeof length === 'string' ? Number(length.slice(1)) : (length ?? dims[axis]);
    return expected === dims[axis] ? [] : [`axis ${axis} is ${length}, not ${dims[axis]}`];
  });
}

const runtimeType = (elementType: ElementType): string => elementType;

function title({ op, inputs, attributes = {}, opset, why }: OperatorCase): string {
  const shapes = inputs.map((data) => (data === undefined ? '-' : `[${data.dims.join(',')}]`)).join(' ');
  const written = JSON.stringify(attributes, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'content' in value ? 'tensor' : value,
  );
  return `${op} ${shapes} ${written === '{}' ? '' : written}${opset === undefined ? '' : ` opset ${opset}`}${why === undefined ? '' : `: ${why}`}`;
}

describe('inferred types are those of the runtime', () => {
  it.each(operatorCases.map((one) => [title(one), one] as const))('%s', async (_, one) => {
    const { described, results } = await run(one);
    expect(described.map(({ elementType }) => runtimeType(elementType))).toEqual(results.map(({ type }) => type));
    for (const [index, { shape }] of described.entries()) {
      if (one.isOpen === true) expect(contradictions(shape, results[index]!.dims)).toEqual([]);
      else expect(shape).toEqual(results[index]!.dims);
    }
    checkNamedLengths(one, results);
    checkUnknownLists(one, results);
    checkEvaluated(one, results);
  });

  it('has a case for every operator without inner graphs', () => {
    const covered = new Set<string>(operatorCases.map(({ op }) => op));
    const missing = Object.keys(operators).filter((op) => !covered.has(op) && !['If', 'Loop', 'Scan'].includes(op));
    expect(missing).toEqual([]);
  });

  it('computes every operator that it can compute in some case', () => {
    expect([...evaluatedOperators].filter((op) => !computed.has(op))).toEqual([]);
  });
});

/** Lengths that are only names: what is then said may be less, never wrong. */
function checkNamedLengths(one: OperatorCase, results: readonly Tensor[]): void {
  const named = (length: number): Dimension => (length > 1 ? `n${length}` : length);
  const { values } = build(one, (data, index) => (isFixed(one, index) ? undefined : data.dims.map(named)));
  for (const [index, value] of values.entries()) {
    expect(contradictions(value.type.shape, results[index]!.dims)).toEqual([]);
  }
}

/** Lists of lengths that are only known when the graph runs, and inputs without even a rank. */
function checkUnknownLists(one: OperatorCase, results: readonly Tensor[]): void {
  for (const keepsRank of [true, false]) {
    const { graph } = { graph: new GraphBuilder({ opset: one.opset ?? 17 }) };
    const inputs = one.inputs.map((data, index) =>
      data === undefined
        ? undefined
        : graph.input(`input${index}`, data.elementType, keepsRank ? data.dims : undefined),
    );
    for (const [index, value] of graph.ops<string>(one.op, inputs, one.outputs ?? 1, one.attributes).entries()) {
      expect(contradictions(value.type.shape, results[index]!.dims)).toEqual([]);
    }
  }
}

const computed = new Set<string>();

/** Where all inputs are constants, the builder may know the result: it must be the runtime's. */
function checkEvaluated(one: OperatorCase, results: readonly Tensor[]): void {
  const data = build(one, () => undefined).values[0]!.data;
  if (data === undefined) return;
  computed.add(one.op);
  const expected = Array.from(results[0]!.data as ArrayLike<number>, Number);
  expect(data.dims).toEqual(results[0]!.dims);
  for (const [index, value] of Array.from(stored(data), Number).entries()) {
    // Binary32 has 24 bits; the runtime's own functions are a few units in the last place off.
    expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(expected[index]!)));
  }
}

function stored(data: TensorData): ArrayLike<number | bigint> {
  return data.elementType === 'float16' ? storedElements(data)! : numbersOf(data)!;
}
