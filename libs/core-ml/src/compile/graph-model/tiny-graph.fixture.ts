import '@tensorflow/tfjs-backend-cpu';
import * as converter from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { writeModel } from '../../graph/protobuf/write-model.js';
import { Rng } from '../../random/rng.js';
import { compileTensorFlow, type CompileOptions, type CompileReport } from '../compile-tensorflow.js';
import { parseWeightsManifest } from '../tensorflow/manifest.js';
import { readWeights } from '../tensorflow/weights.js';

// Keeps TensorFlow.js from advertising its native package.
tf.enableProdMode();

type ElementType = 'float32' | 'int32' | 'bool';

/** A tensor of a test: its elements, or none for random ones. */
export interface Elements {
  readonly shape: readonly number[];
  readonly type?: ElementType;
  readonly values?: readonly number[];
}

export interface GraphInput extends Elements {
  /** The shape that the graph declares, -1 for lengths that callers choose. @default that of the elements */
  readonly declared?: readonly number[];
}

/** A TensorFlow graph of a few nodes. */
export interface TinyGraph {
  readonly inputs: Readonly<Record<string, GraphInput>>;
  readonly constants?: Readonly<Record<string, Elements>>;
  /** [name, operator, inputs, attributes]; the last node's outputs are the graph's unless `outputs` says otherwise. */
  readonly nodes: readonly (readonly [string, string, readonly string[], Attributes?])[];
  readonly outputs?: readonly string[];
  /** The number of elements depends on their values, which TensorFlow.js only runs asynchronously. */
  readonly isDynamic?: boolean;
}

type Attributes = Readonly<Record<string, unknown>>;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** TensorFlow's attributes as JSON. */
export const text = (value: string): unknown => ({ s: base64(value) });
export const texts = (...values: string[]): unknown => ({ list: { s: values.map(base64) } });
export const int = (value: number): unknown => ({ i: String(value) });
export const ints = (...values: number[]): unknown => ({ list: { i: values.map(String) } });
export const float = (value: number): unknown => ({ f: value });
export const flag = (value = true): unknown => ({ b: value });
export const type = (value: string): unknown => ({ type: value });

export const numbers = (...values: number[]): Elements => ({ shape: [values.length], type: 'int32', values });
export const number = (value: number): Elements => ({ shape: [], type: 'int32', values: [value] });
export const real = (value: number): Elements => ({ shape: [], values: [value] });
export const random = (...shape: number[]): Elements => ({ shape });

const typeNames = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

/** The graph as a model.json and the bytes of its only shard. */
export function modelOf({ inputs, constants = {}, nodes, outputs }: TinyGraph): {
  description: ModelJson;
  shard: Buffer;
} {
  const rng = new Rng(5);
  const filled = Object.entries(constants).map(([name, elements]) => ({ name, ...fill(elements, rng) }));
  const named = (tensor: string): unknown => ({ name: tensor });
  return {
    shard: Buffer.concat(filled.map(({ data }) => Buffer.from(data.buffer))),
    description: {
      format: 'graph-model',
      modelTopology: {
        versions: { producer: 1 },
        node: [
          ...Object.entries(inputs).map(([name, input]) => placeholder(name, input)),
          ...filled.map(({ name }) => ({ name, op: 'Const', attr: {} })),
          ...nodes.map(([name, op, input, attr = {}]) => ({ name, op, input, attr })),
        ],
      },
      signature: {
        inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, named(`${name}:0`)])),
        outputs: Object.fromEntries((outputs ?? [nodes.at(-1)![0]]).map((name) => [name, named(name)])),
      },
      weightsManifest: [
        { paths: ['shard'], weights: filled.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })) },
      ],
    },
  };
}

interface ModelJson {
  readonly format: string;
  readonly modelTopology: unknown;
  readonly signature: unknown;
  readonly weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: ElementType }[] }[];
}

function placeholder(name: string, { shape, declared = shape, type: elementType = 'float32' }: GraphInput): unknown {
  const dim = declared.map((size) => ({ size: String(size) }));
  return { name, op: 'Placeholder', attr: { dtype: { type: typeNames[elementType] }, shape: { shape: { dim } } } };
}

interface Filled {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  readonly data: Float32Array | Int32Array | Uint8Array;
}

function fill({ shape, type: dtype = 'float32', values }: Elements, rng: Rng): Filled {
  const length = shape.reduce((product, size) => product * size, 1);
  const draw = { float32: () => 4 * rng.float() - 2, int32: () => rng.below(20), bool: () => rng.below(2) }[dtype];
  const elements = values ?? Array.from({ length }, draw);
  const kind = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return { shape, dtype, data: kind.from(elements) };
}

export function compileTiny(graph: TinyGraph, options: CompileOptions = {}): ReturnType<typeof compileTensorFlow> {
  const { description, shard } = modelOf(graph);
  const weights = readWeights(parseWeightsManifest(description.weightsManifest), () => shard);
  return compileTensorFlow({ description, weights }, options);
}

/** Runs the graph in TensorFlow.js and, compiled, in ONNX Runtime; expects equal types, shapes and elements. */
export async function expectSameAsTensorFlow(graph: TinyGraph, tolerance = 1e-5): Promise<CompileReport> {
  const { report } = compileTiny(graph);
  const results = Object.values(await runTiny(graph));
  const expected = await runTensorFlow(graph);
  expect(expected.length).toBe(results.length);
  for (const [index, reference] of expected.entries()) {
    const result = results[index]!;
    expect({ type: result.type, dims: result.dims }).toEqual({ type: reference.dtype, dims: reference.shape });
    const wanted: ArrayLike<number> = await reference.data();
    expect(wanted.length).toBeGreaterThan(0);
    const worst = Math.max(...Array.from(wanted, (value, i) => difference(Number(result.data[i]), value)));
    expect(worst).toBeLessThanOrEqual(tolerance);
  }
  return report;
}

/** Runs the compiled graph. @returns its outputs by name, in the graph's order */
export async function runTiny(graph: TinyGraph): Promise<Record<string, Tensor>> {
  const model = writeModel(compileTiny(graph).model);
  const session = await InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const feeds = feedsOf(graph).map(({ name, dtype, data, shape }) => [
    name,
    new Tensor(dtype, data as Float32Array, shape),
  ]);
  const results = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
  await session.release();
  return Object.fromEntries(session.outputNames.map((name) => [name, results[name]!]));
}

function feedsOf({ inputs }: TinyGraph): (Filled & { name: string })[] {
  const rng = new Rng(11);
  return Object.entries(inputs).map(([name, input]) => ({ name, ...fill(input, rng) }));
}

/** Relative above one, absolute below. */
function difference(value: number, reference: number): number {
  if (Object.is(value, reference) || value === reference) return 0;
  const apart = Math.abs(value - reference) / Math.max(1, Math.abs(reference));
  return Number.isNaN(apart) ? Infinity : apart;
}

async function runTensorFlow(graph: TinyGraph): Promise<tf.Tensor[]> {
  const { description, shard } = modelOf(graph);
  await tf.setBackend('cpu');
  const model = await converter.loadGraphModel(
    tf.io.fromMemory({
      modelTopology: description.modelTopology as object,
      signature: description.signature as object,
      weightSpecs: description.weightsManifest[0]!.weights,
      weightData: new Uint8Array(shard).buffer,
    }),
  );
  const inputs = Object.fromEntries(
    feedsOf(graph).map(({ name, dtype, data, shape }) => [name, tf.tensor(data, [...shape], dtype)]),
  );
  const names = graph.outputs ?? [graph.nodes.at(-1)![0]];
  const outputs =
    graph.isDynamic === true ? await model.executeAsync(inputs, [...names]) : model.execute(inputs, [...names]);
  return Array.isArray(outputs) ? outputs : [outputs];
}
