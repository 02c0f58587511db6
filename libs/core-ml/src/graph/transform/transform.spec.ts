import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../random/rng.js';
import { GraphBuilder, type Value } from '../builder/index.js';
import type { OnnxModel, TensorData } from '../model.js';
import { operatorCounts } from '../operator-counts.js';
import { writeModel } from '../protobuf/index.js';
import { plainValues, runModel, seededFeeds } from '../run-model.fixture.js';
import { floats as floatInput, modelOf, node } from '../small-models.fixture.js';
import { booleans, float32, integers, scalar } from '../tensor/create.js';
import {
  calibrate,
  constantFold,
  foldBatchNorm,
  quantizeDynamic,
  quantizeStatic,
  raiseOpset,
  removeIdentity,
  toFloat16Storage,
  type CalibrationRun,
  type RangeMethod,
} from './index.js';

const rng = new Rng(11);

function numbers(...dims: number[]): TensorData {
  const count = dims.reduce((product, length) => product * length, 1);
  return float32(
    dims,
    Float32Array.from({ length: count }, () => rng.normal() * 0.2),
  );
}

function positive(length: number): TensorData {
  return float32(
    [length],
    Float32Array.from({ length }, () => 0.5 + rng.float()),
  );
}

const opsOf = (model: OnnxModel): Record<string, number> => Object.fromEntries(operatorCounts(model.graph.nodes));
const sizeOf = (model: OnnxModel): number => writeModel(model).byteLength;

/** Runs both on the same inputs. @returns the largest difference and the cosine of the angle between the outputs */
async function compare(before: OnnxModel, after: OnnxModel): Promise<{ difference: number; cosine: number }> {
  const feeds = seededFeeds(before, (length) => (typeof length === 'number' ? length : 2));
  const [expected, actual] = [
    plainValues(await runModel(writeModel(before), feeds)),
    plainValues(await runModel(writeModel(after), feeds)),
  ];
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  let [difference, dot, own, other] = [0, 0, 0, 0];
  for (const [name, { dims, data }] of Object.entries(expected)) {
    expect(actual[name]!.dims).toEqual(dims);
    for (const [i, value] of data.entries()) {
      const changed = actual[name]!.data[i]!;
      difference = Math.max(difference, Math.abs(value - changed));
      dot += value * changed;
      own += value ** 2;
      other += changed ** 2;
    }
  }
  expect(own).toBeGreaterThan(0);
  return { difference, cosine: dot / Math.sqrt(own * other) };
}

type Layer = (g: GraphBuilder, x: Value) => Value;

/** An image through some layers. */
function network(...layers: Layer[]): OnnxModel {
  const g = new GraphBuilder({ opset: 17 });
  const x = g.input('x', 'float32', ['batch', 4, 10, 10]);
  g.output(
    'y',
    layers.reduce((value, layer) => layer(g, value), x),
  );
  return g.build();
}

const conv =
  (from: number, to: number, bias = true): Layer =>
  (g, x) =>
    g.op('Conv', [x, g.constant(numbers(to, from, 3, 3)), bias ? g.constant(numbers(to)) : undefined], {
      pads: [1, 1, 1, 1],
    });
const batchNorm =
  (n: number): Layer =>
  (g, x) =>
    g.op(
      'BatchNormalization',
      [x, ...[positive(n), numbers(n), numbers(n), positive(n)].map((data) => g.constant(data))],
      { epsilon: 0.01 },
    );
const withConstant =
  (op: 'Add' | 'Sub' | 'Mul' | 'Div', data: TensorData, first = false): Layer =>
  (g, x) =>
    g.op(op, first ? [g.constant(data), x] : [x, g.constant(data)]);
const relu: Layer = (g, x) => g.op('Relu', [x]);
const perChannel = (n: number): TensorData => ({ ...positive(n), dims: [n, 1, 1] });

describe('foldBatchNorm', () => {
  it.each<[string, OnnxModel]>([
    ['BatchNormalization', network(conv(4, 6), batchNorm(6))],
    ['BatchNormalization after a convolution without bias', network(conv(4, 6, false), batchNorm(6), relu)],
    [
      'Mul and Add per channel',
      network(conv(4, 6), withConstant('Mul', perChannel(6)), withConstant('Add', perChannel(6))),
    ],
    [
      'Sub, also from a constant',
      network(conv(4, 6), withConstant('Sub', perChannel(6)), withConstant('Sub', perChannel(6), true)),
    ],
    ['Div', network(conv(4, 6), withConstant('Div', perChannel(6)))],
    ['one number for all channels', network(conv(4, 6), withConstant('Mul', scalar('float32', 0.5)))],
    [
      'BatchNormalization after a transposed convolution',
      network((g, x) => g.op('ConvTranspose', [x, g.constant(numbers(4, 3, 2, 2))], { strides: [2, 2] }), batchNorm(3)),
    ],
    [
      'Mul after Gemm',
      network(
        (g, x) =>
          g.op('Gemm', [g.op('Flatten', [x]), g.constant(numbers(5, 400)), g.constant(numbers(5))], { transB: 1 }),
        withConstant('Mul', positive(5)),
      ),
    ],
  ])('leaves only the layer of: %s', async (_, model) => {
    const folded = foldBatchNorm(model);
    const left = Object.keys(opsOf(folded)).filter((op) =>
      ['BatchNormalization', 'Mul', 'Add', 'Sub', 'Div'].includes(op),
    );
    expect(left).toEqual([]);
    // Sums of at most 400 products of numbers below 1, each rounded to 24 bits.
    expect((await compare(model, folded)).difference).toBeLessThan(1e-5);
  });

  it.each<[string, OnnxModel]>([
    [
      'another node reads the value in between',
      network((g, x) => {
        const y = conv(4, 4)(g, x);
        return g.op('Add', [batchNorm(4)(g, y), y]);
      }),
    ],
    ['the constant differs along a row', network(conv(4, 6), withConstant('Mul', numbers(10)))],
    ['a number is divided by the value', network(conv(4, 6), withConstant('Div', perChannel(6), true))],
    ['a division by 0 comes out', network(conv(4, 6), withConstant('Div', float32([1], [0])))],
  ])('leaves everything where %s', (_, model) => {
    expect(opsOf(foldBatchNorm(model))).toEqual(opsOf(model));
  });
});

describe('constantFold', () => {
  it('computes what does not depend on the inputs', async () => {
    const model = network((g, x) => {
      const half = g.op('Div', [g.constant(float32([1], [1])), g.constant(float32([1], [2]))]);
      const shape = g.op(
        'Concat',
        [
          g.constant(integers([0])),
          g.op('Slice', [
            g.op('Shape', [g.constant(numbers(7, 400))]),
            g.constant(integers([1])),
            g.constant(integers([2])),
          ]),
        ],
        { axis: 0 },
      );
      return g.op('Mul', [g.op('Reshape', [x, shape]), half]);
    });
    const folded = constantFold(model);
    expect(opsOf(folded)).toEqual({ Reshape: 1, Mul: 1 });
    expect((await compare(model, folded)).difference).toBe(0);
  });

  it('puts the branch that runs in the place of an If whose condition is constant', async () => {
    const model = network((g, x) => {
      const condition = g.op('Not', [g.constant(booleans([], [1]))]);
      return g.op('If', [condition], {
        then_branch: g.subgraph('then', (body) => body.output('a', body.op('Neg', [x]))),
        else_branch: g.subgraph('else', (body) =>
          body.output('b', body.op('Mul', [x, body.constant(scalar('float32', 3))])),
        ),
      });
    });
    const folded = removeIdentity(constantFold(model));
    expect(opsOf(folded)).toEqual({ Mul: 1 });
    expect((await compare(model, folded)).difference).toBe(0);
  });

  it('does not make the model larger: neither by Expand nor by weights that others read', () => {
    const big = network((g, x) =>
      g.op(
        'Concat',
        [
          g.op('Expand', [g.constant(scalar('float32', 1)), g.constant(integers([1, 4, 1000, 1000]))]),
          g.op('Resize', [x, undefined, undefined, g.constant(integers([1, 4, 1000, 1000]))]),
        ],
        { axis: 1 },
      ),
    );
    expect(opsOf(constantFold(big))['Expand']).toBe(1);
    const shared = network((g, x) => {
      const weights = g.constant(numbers(400, 100));
      const turned = g.op('MatMul', [g.op('MatMul', [g.op('Flatten', [x]), weights]), g.op('Transpose', [weights])]);
      return turned;
    });
    expect(opsOf(constantFold(shared))['Transpose']).toBe(1);
    const own = network((g, x) =>
      g.op('MatMul', [g.op('Flatten', [x]), g.op('Transpose', [g.constant(numbers(100, 400))])]),
    );
    expect(opsOf(constantFold(own))).toEqual({ Flatten: 1, MatMul: 1 });
  });

  it('stops at the given number of bytes', () => {
    const model = network((g, x) =>
      g.op('MatMul', [g.op('Flatten', [x]), g.op('Transpose', [g.constant(numbers(10, 400))])]),
    );
    expect(opsOf(constantFold(model, { maxBytes: 1000 }))['Transpose']).toBe(1);
  });
});

describe('removeIdentity', () => {
  it('keeps the names of inputs and outputs', async () => {
    const model = network((g, x) => g.op('Identity', [g.op('Dropout', [relu(g, g.op('Identity', [x]))])]));
    const smaller = removeIdentity(model);
    expect(opsOf(smaller)).toEqual({ Relu: 1 });
    expect(smaller.graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect((await compare(model, smaller)).difference).toBe(0);
  });

  it('keeps one where an input is an output', () => {
    expect(opsOf(removeIdentity(network((g, x) => g.op('Identity', [x]))))).toEqual({ Identity: 1 });
  });
});

describe('toFloat16Storage', () => {
  it('halves the weights and changes outputs by less than their rounding', async () => {
    const model = network(conv(4, 64), relu, conv(64, 64), relu);
    const half = toFloat16Storage(model);
    expect(sizeOf(half) / sizeOf(model)).toBeLessThan(0.51);
    const { difference, cosine } = await compare(model, half);
    expect(difference).toBeGreaterThan(0);
    expect(cosine).toBeGreaterThan(0.999999);
  });

  it('leaves numbers that half precision does not have', () => {
    const large = float32([300], new Float32Array(300).fill(1e6));
    expect(
      opsOf(
        toFloat16Storage(
          network((g, x) =>
            g.op('Concat', [g.op('Reshape', [x, g.constant(integers([-1]))]), g.constant(large)], { axis: 0 }),
          ),
        ),
      ),
    ).not.toHaveProperty('Cast');
  });
});

const deep = (): OnnxModel =>
  network(
    conv(4, 32),
    relu,
    conv(32, 32),
    relu,
    (g, x) => g.op('GlobalAveragePool', [x]),
    (g, x) => g.op('Flatten', [x]),
    (g, x) => g.op('Gemm', [x, g.constant(numbers(256, 32)), g.constant(numbers(256))], { transB: 1 }),
    (g, x) => g.op('MatMul', [x, g.constant(numbers(256, 64))]),
  );

describe('quantizeDynamic', () => {
  it.each(['uint8', 'int8'] as const)('quarters the weights and computes with integers, as %s', async (elementType) => {
    const model = deep();
    const small = quantizeDynamic(model, { leastElements: 256, format: { elementType, bits: 8 } });
    expect(opsOf(small)).toMatchObject({ ConvInteger: 2, MatMulInteger: 2 });
    expect(opsOf(small)).not.toHaveProperty('Gemm');
    expect(sizeOf(small) / sizeOf(model)).toBeLessThan(0.3);
    expect((await compare(model, small)).cosine).toBeGreaterThan(0.999);
  });

  it('rounds a value once for all that read it, and leaves what it is told to leave', () => {
    const model = network((g, x) => g.op('Concat', [conv(4, 32)(g, x), conv(4, 32)(g, x)], { axis: 1 }));
    expect(opsOf(quantizeDynamic(model, { leastElements: 256 }))).toMatchObject({
      DynamicQuantizeLinear: 1,
      ConvInteger: 2,
    });
    expect(opsOf(quantizeDynamic(model, { leastElements: 256, skip: ({ op }) => op === 'Conv' }))).toEqual(
      opsOf(model),
    );
    expect(opsOf(quantizeDynamic(model))).toEqual(opsOf(model));
  });

  it('reaches layers in branches, whose weights lie outside', async () => {
    const model = network((g, x) => {
      const weights = g.constant(numbers(32, 4, 3, 3));
      const positiveSum = g.op('Greater', [g.op('ReduceSum', [x], { keepdims: 0 }), g.constant(scalar('float32', 0))]);
      return g.op('If', [positiveSum], {
        then_branch: g.subgraph('then', (body) => body.output('a', body.op('Conv', [x, weights]))),
        else_branch: g.subgraph('else', (body) => body.output('b', body.op('Neg', [body.op('Conv', [x, weights])]))),
      });
    });
    const small = quantizeDynamic(model, { leastElements: 256 });
    expect(sizeOf(small)).toBeLessThan(sizeOf(model));
    expect((await compare(model, small)).cosine).toBeGreaterThan(0.999);
  });
});

/** Runs 4 random images. */
const examples: CalibrationRun = async (model, see) => {
  const own = new Rng(5);
  for (let i = 0; i < 4; i++) {
    const x = new Tensor(
      'float32',
      Float32Array.from({ length: 800 }, () => own.float()),
      [2, 4, 10, 10],
    );
    const outputs = await runModel(writeModel(model), { x });
    see(Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array])));
  }
};

describe('quantizeStatic', () => {
  const options = { leastElements: 1, depthwise: true } as const;
  // What the ranges cost is the method's matter; all keep the direction of this network's output.
  it.each<[RangeMethod, number]>([
    [{ kind: 'min-max' }, 0.999],
    [{ kind: 'squared-error' }, 0.999],
    [{ kind: 'percentile', share: 0.999 }, 0.999],
    [{ kind: 'entropy' }, 0.99],
  ])('rounds by ranges from examples: %o', async (method, least) => {
    const model = deep();
    const ranges = await calibrate(model, examples, { method, ...options });
    const small = quantizeStatic(model, ranges, options);
    expect(opsOf(small)).toMatchObject({ QuantizeLinear: 5, DequantizeLinear: 12 });
    expect(sizeOf(small) / sizeOf(model)).toBeLessThan(0.32);
    expect((await compare(model, small)).cosine).toBeGreaterThan(least);
  });

  it('measures each value that it will round: input, and what comes out of the layers', async () => {
    const model = network(conv(4, 32), relu, conv(32, 4));
    const ranges = await calibrate(model, examples, options);
    expect([...ranges.keys()]).toHaveLength(2);
    const input = ranges.get('x')!;
    expect([input.least, input.most].every((end) => end >= 0 && end <= 1)).toBe(true);
    expect(input.most).toBeGreaterThan(0.99);
  });

  it('leaves layers without ranges, and refuses to measure nothing', async () => {
    const model = network(conv(4, 32));
    expect(opsOf(quantizeStatic(model, new Map(), options))).toEqual({ Conv: 1 });
    await expect(calibrate(model, async () => undefined, options)).rejects.toThrow(
      'Calibration needs at least one example.',
    );
  });
});

describe('raiseOpset', () => {
  it('turns the attributes of version 11 into inputs and keeps what Softmax did', async () => {
    const attribute = (...values: number[]) => ({ kind: 'ints', value: values.map(BigInt) }) as const;
    const old = modelOf(
      {
        inputs: [floatInput('x', 2, 3, 4)],
        nodes: [
          node('Softmax', ['x'], ['soft'], { axis: { kind: 'int', value: 1n } }),
          node('Split', ['soft'], ['left', 'right'], { axis: { kind: 'int', value: 2n }, split: attribute(1, 3) }),
          node('Squeeze', ['left'], ['flat'], { axes: attribute(2) }),
          node('Unsqueeze', ['flat'], ['wide'], { axes: attribute(0) }),
          node('ReduceSum', ['right'], ['sum'], { axes: attribute(1) }),
        ],
        outputs: [floatInput('wide', 1, 2, 3), floatInput('sum', 2, 1, 3)],
      },
      { opsets: new Map([['', 11]]), irVersion: 6 },
    );
    const raised = raiseOpset(old);
    expect(raised.opsets.get('')).toBe(13);
    expect((await compare(old, raised)).difference).toBeLessThan(1e-6);
    expect(() => raiseOpset({ ...old, opsets: new Map([['', 9]]) })).toThrow(
      'Operator set 9 cannot be raised to 13; 11 can.',
    );
  });
});
