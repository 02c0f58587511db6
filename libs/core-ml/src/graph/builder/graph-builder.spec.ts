import { describe, expect, it } from 'vitest';
import { Tensor } from 'onnxruntime-node';
import type { Graph, OnnxModel } from '../model.js';
import { ShapeError } from '../operators/shape-error.js';
import { inferShapes } from '../infer-shapes.js';
import { readModel, writeModel } from '../protobuf/index.js';
import { plainValues, runModel } from '../run-model.fixture.js';
import { booleans, float32, integers, scalar } from '../tensor/create.js';
import { GraphBuilder, type Value } from './index.js';

const builder = (): GraphBuilder => new GraphBuilder({ opset: 17 });
const zeros = (...dims: number[]): ReturnType<typeof float32> =>
  float32(dims, new Float32Array(dims.reduce((product, length) => product * length, 1)));

describe('GraphBuilder', () => {
  it('lets the name of a batch flow through a network to its outputs', () => {
    const g = builder();
    const x = g.input('x', 'float32', ['batch', 3, 224, 224]);
    const features = g.op('Conv', [x, g.constant(zeros(64, 3, 3, 3))], { strides: [2, 2], pads: [1, 1, 1, 1] });
    const flat = g.op('Flatten', [g.op('MaxPool', [features], { kernel_shape: [2, 2], strides: [2, 2] })]);
    const y = g.op('Gemm', [flat, g.constant(zeros(10, 64 * 56 * 56))], { transB: 1 });
    expect(features.type).toEqual({ elementType: 'float32', shape: ['batch', 64, 112, 112] });
    expect(flat.shape).toEqual(['batch', 64 * 56 * 56]);
    expect(y.shape).toEqual(['batch', 10]);
  });

  it('follows a shape that is computed while the graph runs', () => {
    const g = builder();
    const x = g.input('x', 'float32', ['batch', 'time', 6]);
    const shape = g.op('Shape', [x]);
    const pair = g.op('Slice', [shape, g.constant(integers([0])), g.constant(integers([2]))]);
    const split = g.op('Reshape', [x, g.op('Concat', [pair, g.constant(integers([2, 3]))], { axis: 0 })]);
    expect(split.shape).toEqual(['batch', 'time', 2, 3]);
    const merged = g.op('Reshape', [split, g.op('Concat', [pair, g.constant(integers([-1]))], { axis: 0 })]);
    expect(merged.shape).toEqual(['batch', 'time', 6]);
  });

  it('builds what the runtime loads and runs, with metadata', async () => {
    const g = builder();
    const x = g.input('x', 'float32', ['batch', 2]);
    g.output('y', g.op('Add', [x, g.constant(float32([2], [10, 20]))]));
    const bytes = writeModel(g.build({ metadata: { licence: 'MIT' } }));
    expect(readModel(bytes).metadata.get('licence')).toBe('MIT');
    const result = plainValues(
      await runModel(bytes, { x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) }),
    );
    expect(result).toEqual({ y: { dims: [2, 2], data: [11, 22, 13, 24] } });
  });

  it('gives an output its name also when the value is an input, a constant or an output already', async () => {
    const g = builder();
    const x = g.input('x', 'float32', [1]);
    const y = g.op('Neg', [x]);
    g.output('negative', y);
    g.output('again', y);
    g.output('same', x);
    g.output('fixed', g.constant(float32([1], [7])));
    const result = plainValues(
      await runModel(writeModel(g.build()), { x: new Tensor('float32', Float32Array.of(3), [1]) }),
    );
    expect(Object.fromEntries(Object.entries(result).map(([name, { data }]) => [name, data[0]]))).toEqual({
      negative: -3,
      again: -3,
      same: 3,
      fixed: 7,
    });
  });

  it('leaves out nodes and constants that no output needs, and keeps equal small constants once', () => {
    const g = builder();
    const x = g.input('x', 'float32', [4]);
    g.op('Exp', [g.op('Mul', [x, g.constant(scalar('float32', 3))])]);
    const two = g.op('Mul', [x, g.constant(scalar('float32', 2))]);
    g.output('y', g.op('Add', [two, g.constant(scalar('float32', 2))]));
    const { graph } = g.build();
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Mul', 'Add']);
    expect(graph.initialisers.size).toBe(1);
  });

  it('refuses a misspelt attribute, an attribute of another kind and an unknown operator at run time, too', () => {
    const g = builder();
    const x = g.input('x', 'float32', [4]);
    const name: string = 'LeakyRelu';
    expect(() => g.op(name, [x], { alfa: 0.1 })).toThrow('LeakyRelu: it has no attribute alfa.');
    expect(() => g.op(name, [x], { alpha: 'much' })).toThrow('LeakyRelu: attribute alpha must be of kind float.');
    const unknown: string = 'Frobnicate';
    expect(() => g.op(unknown, [x])).toThrow('no such operator is known');
    // @ts-expect-error the attribute is misspelt
    expect(() => g.op('LeakyRelu', [x], { alfa: 0.1 })).toThrow(ShapeError);
    // @ts-expect-error the axis is required
    expect(() => g.op('Concat', [x])).toThrow('Concat "Concat": attribute axis is missing.');
  });

  it('refuses values of another graph and names that are taken', () => {
    const g = builder();
    const stranger = builder().input('x', 'float32', [1]);
    expect(() => g.op('Neg', [stranger])).toThrow('Neg: "x" is a value of another graph.');
    g.input('x', 'float32', [1]);
    expect(() => g.input('x', 'float32', [1])).toThrow('The name "x" is taken.');
  });
});

interface Refusal {
  readonly what: string;
  readonly make: (g: GraphBuilder, x: Value) => unknown;
  readonly sentence: string;
}

/** x is an image [batch, 3, 8, 8]. */
const refusals: readonly Refusal[] = [
  {
    what: 'channels',
    make: (g, x) => g.op('Conv', [x, g.constant(zeros(4, 5, 3, 3), 'w')], {}, 'conv1'),
    sentence:
      'Conv "conv1": input 0 (X, "x") [batch, 3, 8, 8] has 3 channels, but input 1 (W, "w") [4, 5, 3, 3] with group 1 takes 5.',
  },
  {
    what: 'a window larger than the image',
    make: (g, x) => g.op('MaxPool', [x], { kernel_shape: [9, 9] }, 'pool'),
    sentence: 'MaxPool "pool": a window of 9 does not fit into 8 (axis 2 of [batch, 3, 8, 8] with its padding).',
  },
  {
    what: 'element types',
    make: (g, x) => g.op('Add', [x, g.constant(integers([1]), 'one')], {}, 'sum'),
    sentence: 'Add "sum": input 1 (B, "one") [1] is int64, the inputs before it are float32.',
  },
  {
    what: 'shapes that do not broadcast',
    make: (g, x) => g.op('Mul', [x, g.constant(zeros(5), 'five')], {}, 'product'),
    sentence:
      'Mul "product": input 1 (B, "five") [5] does not broadcast with input 0 (A, "x") [batch, 3, 8, 8] (5 against 8).',
  },
  {
    what: 'matrices that do not multiply',
    make: (g, x) => g.op('MatMul', [x, g.constant(zeros(7, 2), 'w')], {}, 'dense'),
    sentence:
      'MatMul "dense": input 0 (A, "x") [batch, 3, 8, 8] and input 1 (B, "w") [7, 2] do not multiply (8 against 7).',
  },
  {
    what: 'a shape with another number of elements',
    make: (g) => g.op('Reshape', [g.constant(zeros(300, 100), 'c'), g.constant(integers([7, 7]))], {}, 'view'),
    sentence: 'Reshape "view": input 0 (data, "c") [300, 100] cannot become [7, 7].',
  },
  {
    what: 'an axis that is not there',
    make: (g, x) => g.op('Concat', [x, x], { axis: 4 }, 'join'),
    sentence: 'Concat "join": axis 4 does not exist in 4 dimensions.',
  },
  {
    what: 'lengths beside the joined axis',
    make: (g, x) => g.op('Concat', [x, g.constant(zeros(1, 3, 8, 9), 'c')], { axis: 1 }, 'join'),
    sentence: 'Concat "join": input 1 (inputs, "c") [1, 3, 8, 9] has 9 at axis 3 where the others have 8.',
  },
  {
    what: 'too many inputs',
    make: (g, x) => g.op('Relu', [x, x], {}, 'relu'),
    sentence: 'Relu "relu": it has at most 1 input, 2 are given.',
  },
  {
    what: 'a missing input',
    make: (g, x) => g.op('Where', [undefined, x, x], {}, 'choice'),
    sentence: 'Where "choice": input 0 (condition) is missing.',
  },
  {
    what: 'an attribute of a later version',
    make: (g, x) => g.op('ReduceMean', [x], { noop_with_empty_axes: 1 }, 'mean'),
    sentence: 'ReduceMean "mean": attribute noop_with_empty_axes exists from operator set 18 on, not in 17.',
  },
  {
    what: 'an attribute of an earlier version',
    make: (g, x) => g.op('Squeeze', [x], { axes: [0] }, 'squeeze'),
    sentence: 'Squeeze "squeeze": attribute axes exists up to operator set 12, not in 17, where it may be an input.',
  },
  {
    what: 'gates of a recurrent cell',
    make: (g) =>
      g.op(
        'LSTM',
        [g.input('s', 'float32', [5, 1, 3]), g.constant(zeros(1, 12, 3), 'w'), g.constant(zeros(1, 16, 4))],
        { hidden_size: 4 },
        'cell',
      ),
    sentence: 'LSTM "cell": input 1 (W, "w") [1, 12, 3] must have 16 at axis 1 (4 gates of hidden_size), it has 12.',
  },
];

function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ShapeError) return error.message;
    throw error;
  }
  return 'nothing was refused';
}

describe('errors are sentences', () => {
  it.each(refusals.map((one) => [one.what, one] as const))('about %s', (_, { make, sentence }) => {
    const g = builder();
    const x = g.input('x', 'float32', ['batch', 3, 8, 8]);
    expect(refusalOf(() => make(g, x))).toBe(sentence);
  });
});

/** y = a choice by the condition, read from values of the outer graph. */
function conditional(): OnnxModel {
  const g = builder();
  const condition = g.input('condition', 'bool', []);
  const x = g.input('x', 'float32', ['n', 3]);
  const doubled = g.op('Add', [x, x]);
  const then = g.subgraph('then', (body) =>
    body.output('sum', body.op('ReduceSum', [doubled, body.constant(integers([0]))])),
  );
  const other = g.subgraph('else', (body) => body.output('outer', doubled));
  const chosen = g.op('If', [condition], { then_branch: then, else_branch: other });
  expect(chosen.shape).toEqual([undefined, 3]);
  g.output('y', chosen);
  return g.build();
}

/** Powers of two: carries a value and collects it in each turn. */
function loop(): OnnxModel {
  const g = builder();
  const count = g.input('count', 'int64', []);
  const start = g.constant(float32([2], [1, 3]));
  const body: Graph = g.subgraph('body', (b) => {
    b.input('turn', 'int64', []);
    const goesOn = b.input('goes_on', 'bool', []);
    const carried = b.input('carried', 'float32', [2]);
    const next = b.op('Add', [carried, carried]);
    b.output('still', b.op('Identity', [goesOn]));
    b.output('next', next);
    b.output('seen', b.op('Identity', [carried]));
  });
  const [last, all] = g.ops('Loop', [count, g.constant(booleans([], [1])), start], 2, { body });
  expect([last!.shape, all!.shape]).toEqual([[2], [undefined, 2]]);
  g.output('last', last!);
  g.output('all', all!);
  return g.build();
}

/** Running sums over the first axis. */
function scan(): OnnxModel {
  const g = builder();
  const rows = g.input('rows', 'float32', ['steps', 2]);
  const body = g.subgraph('body', (b) => {
    const sum = b.op('Add', [b.input('before', 'float32', [2]), b.input('row', 'float32', [2])]);
    b.output('after', sum);
    b.output('shown', b.op('Identity', [sum]));
  });
  const [total, sums] = g.ops('Scan', [g.constant(float32([2], [0, 0])), rows], 2, { body, num_scan_inputs: 1 });
  expect([total!.shape, sums!.shape]).toEqual([[2], ['steps', 2]]);
  g.output('total', total!);
  g.output('sums', sums!);
  return g.build();
}

describe('graphs inside', () => {
  const floats = (dims: number[], ...data: number[]): Tensor => new Tensor('float32', Float32Array.from(data), dims);

  it('branch, with values of the graph around them', async () => {
    const bytes = writeModel(conditional());
    const x = floats([2, 3], 1, 2, 3, 4, 5, 6);
    const [yes, no] = [1, 0].map((flag) => new Tensor('bool', Uint8Array.of(flag), []));
    expect(plainValues(await runModel(bytes, { x, condition: yes! }))).toEqual({
      y: { dims: [1, 3], data: [10, 14, 18] },
    });
    expect(plainValues(await runModel(bytes, { x, condition: no! }))).toEqual({
      y: { dims: [2, 3], data: [2, 4, 6, 8, 10, 12] },
    });
    expect(inferShapes(readModel(bytes)).graph.outputs[0]?.shape).toEqual([undefined, 3]);
  });

  it('loop', async () => {
    const bytes = writeModel(loop());
    const result = plainValues(await runModel(bytes, { count: new Tensor('int64', BigInt64Array.of(3n), []) }));
    expect(result).toEqual({ last: { dims: [2], data: [8, 24] }, all: { dims: [3, 2], data: [1, 3, 2, 6, 4, 12] } });
    expect(inferShapes(readModel(bytes)).graph.outputs.map(({ shape }) => shape)).toEqual([[2], [undefined, 2]]);
  });

  it('scan', async () => {
    const bytes = writeModel(scan());
    const result = plainValues(await runModel(bytes, { rows: floats([3, 2], 1, 2, 3, 4, 5, 6) }));
    expect(result).toEqual({ total: { dims: [2], data: [9, 12] }, sums: { dims: [3, 2], data: [1, 2, 4, 6, 9, 12] } });
    expect(inferShapes(readModel(bytes)).graph.outputs.map(({ shape }) => shape)).toEqual([[2], ['steps', 2]]);
  });
});
