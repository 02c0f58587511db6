import { createHash } from 'node:crypto';
import { writeModel, type Attribute, type Graph, type GraphNode, type ModelFunction, type NamedType, type TensorData } from '@lantern/core-ml';
import type { ModelFileSource } from './model-sessions.js';

/** A model as `ModelSessions.open` takes it. */
export function sourceOf(bytes: Uint8Array): ModelFileSource {
  return { digest: createHash('sha256').update(bytes).digest('hex'), bytes };
}

const plain = new Map([['', 17]]);
/** With the domain of functions that the model itself defines. */
const withOwn = new Map([...plain, ['own', 1]]);

/** An ONNX file of this graph. */
export function fileOf(
  graph: Partial<Graph> & Pick<Graph, 'nodes' | 'inputs' | 'outputs'>,
  functions: readonly ModelFunction[] = [],
): ModelFileSource {
  const whole: Graph = { name: 'tiny', initialisers: new Map(), values: new Map(), ...graph };
  return sourceOf(
    writeModel({
      irVersion: 8,
      opsets: functions.length > 0 ? withOwn : plain,
      producerName: 'test',
      producerVersion: '1',
      metadata: new Map(),
      graph: whole,
      functions,
    }),
  );
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  return { name: outputs.join(), op, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

export const value = (name: string, elementType: NamedType['elementType'], shape: NamedType['shape']): NamedType => ({
  name,
  elementType,
  shape,
});

export function int64s(values: readonly bigint[], dims: readonly number[] = [values.length]): TensorData {
  return {
    elementType: 'int64',
    dims,
    content: { kind: 'bytes', bytes: new Uint8Array(BigInt64Array.from(values).buffer) },
  };
}

export function floats(values: readonly number[], dims: readonly number[] = [values.length]): TensorData {
  return {
    elementType: 'float32',
    dims,
    content: { kind: 'bytes', bytes: new Uint8Array(Float32Array.from(values).buffer) },
  };
}

/** y = x + 1 for x [batch, width]. */
export const increment = (): ModelFileSource =>
  fileOf({
    nodes: [node('Add', ['x', 'one'], ['y'])],
    initialisers: new Map([['one', floats([1], [])]]),
    inputs: [value('x', 'float32', ['batch', 'width'])],
    outputs: [value('y', 'float32', ['batch', 'width'])],
  });

/** y = x, of any element type and shape. */
export const identity = (elementType: NamedType['elementType'], shape: NamedType['shape']): ModelFileSource =>
  fileOf({
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [value('x', elementType, shape)],
    outputs: [value('y', elementType, shape)],
  });

/** y = table[index] for index [batch, 1] into ten entries: it fails on others. */
export const lookUp = (): ModelFileSource =>
  fileOf({
    nodes: [node('Gather', ['table', 'index'], ['y'])],
    initialisers: new Map([['table', floats([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])]]),
    inputs: [value('index', 'int64', ['batch', 1])],
    outputs: [value('y', 'float32', ['batch', 1])],
  });

/** y = x after this many products with itself: slow for a large x [n, n]. The seed makes another digest. */
export function slow(nProducts: number, seed = 0): ModelFileSource {
  const nodes: GraphNode[] = [node('Mul', ['x', 'seed'], ['v0'])];
  for (let i = 0; i < nProducts; i++) nodes.push(node('MatMul', [`v${i}`, 'x'], [`v${i + 1}`]));
  return fileOf({
    nodes: [...nodes, node('Identity', [`v${nProducts}`], ['y'])],
    initialisers: new Map([['seed', floats([seed], [])]]),
    inputs: [value('x', 'float32', ['n', 'n'])],
    outputs: [value('y', 'float32', ['n', 'n'])],
  });
}

/** A model of about this many bytes: y = x + weights, for x [1, weights]. The seed makes another digest. */
export function heavy(nBytes: number, seed: number): ModelFileSource {
  const length = nBytes / 4;
  const weights = new Float32Array(length).fill(seed);
  return fileOf({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    initialisers: new Map([
      ['w', { elementType: 'float32', dims: [1, length], content: { kind: 'bytes', bytes: new Uint8Array(weights.buffer) } }],
    ]),
    inputs: [value('x', 'float32', [1, 1])],
    outputs: [value('y', 'float32', [1, length])],
  });
}

/** A loop without an end. */
export function endless(): ModelFileSource {
  const body: Graph = {
    name: 'body',
    nodes: [node('Identity', ['cond_in'], ['cond_out']), node('Add', ['acc_in', 'acc_in'], ['acc_out'])],
    initialisers: new Map(),
    inputs: [value('i', 'int64', []), value('cond_in', 'bool', []), value('acc_in', 'float32', [])],
    outputs: [value('cond_out', 'bool', []), value('acc_out', 'float32', [])],
    values: new Map(),
  };
  const yes: TensorData = { elementType: 'bool', dims: [], content: { kind: 'bytes', bytes: Uint8Array.of(1) } };
  return fileOf({
    nodes: [node('Loop', ['', 'yes', 'x'], ['y'], { body: { kind: 'graph', value: body } })],
    initialisers: new Map([['yes', yes]]),
    inputs: [value('x', 'float32', [])],
    outputs: [value('y', 'float32', [])],
  });
}

/** y is zeros of as many MiB as the constant says, made anew at each run. */
export function bomb(mebibytes: number): ModelFileSource {
  return fileOf({
    nodes: [
      node('Add', ['length', 'n'], ['total']),
      node('ConstantOfShape', ['total'], ['zeros']),
      node('Exp', ['zeros'], ['powers']),
      node('ReduceSum', ['powers'], ['y'], { keepdims: { kind: 'int', value: 0n } }),
    ],
    initialisers: new Map([['length', int64s([BigInt(mebibytes) * 262_144n])]]),
    inputs: [value('n', 'int64', [1])],
    outputs: [value('y', 'float32', [])],
  });
}

/** Three kilobytes that grow when they are loaded: functions that each call the next twice, so many in a row. */
export function growing(nFunctions: number): ModelFileSource {
  const functions = Array.from({ length: nFunctions }, (_, i): ModelFunction => {
    const call = (input: string, output: string): GraphNode =>
      i + 1 < nFunctions
        ? { ...node(`f${i + 1}`, [input], [output]), domain: 'own' }
        : node('Neg', [input], [output]);
    return {
      domain: 'own',
      name: `f${i}`,
      opsets: withOwn,
      inputs: ['a'],
      outputs: ['c'],
      attributes: [],
      defaults: new Map(),
      nodes: [call('a', 'b'), call('b', 'c')],
      values: new Map(),
    };
  });
  return fileOf(
    {
      nodes: [{ ...node('f0', ['x'], ['y']), domain: 'own' }],
      inputs: [value('x', 'float32', ['n'])],
      outputs: [value('y', 'float32', ['n'])],
    },
    functions,
  );
}
