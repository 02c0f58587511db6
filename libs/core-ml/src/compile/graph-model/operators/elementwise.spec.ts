import { describe, expect, it } from 'vitest';
import {
  expectSameAsTensorFlow,
  flag,
  float,
  random,
  real,
  runTiny,
  type,
  type Elements,
  type TinyGraph,
} from '../tiny-graph.fixture.js';

const image = { shape: [2, 5, 4, 3], declared: [-1, 5, 4, 3] };
const matrix = { shape: [3, 4] };
const positive = { shape: [4], values: [0.3, 1, 2.5, 40] };
const whole = { shape: [6], type: 'int32', values: [-7, -6, -1, 0, 5, 7] } as const;

function one(operator: string, x: Elements, attributes = {}): TinyGraph {
  return { inputs: { x }, nodes: [['y', operator, ['x'], attributes]] };
}

/** Both computed: the second operand is an input, too. */
function two(operator: string, a: Elements, b: Elements): TinyGraph {
  return { inputs: { a, b }, nodes: [['y', operator, ['a', 'b']]] };
}

/** The second operand is a constant. */
function withConstant(operator: string, x: Elements, c: Elements): TinyGraph {
  return { inputs: { x }, constants: { c }, nodes: [['y', operator, ['x', 'c']]] };
}

describe('functions of one tensor', () => {
  it.each(
    ['Abs', 'Neg', 'Exp', 'Expm1', 'Square', 'Floor', 'Ceil', 'Sign', 'Sin', 'Cos', 'Atan', 'Sinh', 'Cosh'].concat([
      'Erf',
      'Relu',
      'Relu6',
      'Elu',
      'Selu',
      'Sigmoid',
      'Tanh',
      'Softplus',
    ]),
  )('%s', async (operator) => {
    await expectSameAsTensorFlow(one(operator, image));
  });

  it.each(['Log', 'Log1p', 'Sqrt', 'Rsqrt', 'Reciprocal'])('%s', async (operator) => {
    await expectSameAsTensorFlow(one(operator, positive));
  });

  it('Round goes to the even neighbour from halves', async () => {
    await expectSameAsTensorFlow(one('Round', { shape: [6], values: [-1.5, -0.5, 0.5, 1.5, 2.5, 2.6] }));
  });

  it('IsNan', async () => {
    await expectSameAsTensorFlow(one('IsNan', { shape: [3], values: [1, NaN, Infinity] }));
  });

  it('LogicalNot', async () => {
    await expectSameAsTensorFlow(one('LogicalNot', { shape: [2, 3], type: 'bool' }));
  });

  it.each(['DT_FLOAT', 'DT_INT32', 'DT_BOOL'])('Cast to %s cuts off fractions', async (to) => {
    const graph = one('Cast', { shape: [4], values: [-1.7, 0, 0.4, 2.9] }, { DstT: type(to), SrcT: type('DT_FLOAT') });
    await expectSameAsTensorFlow(graph);
  });

  it('LeakyRelu', async () => {
    await expectSameAsTensorFlow(one('LeakyRelu', image, { alpha: float(0.3) }));
  });
});

describe('functions of two tensors', () => {
  const operators = ['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'];

  it.each(operators)('%s of images and of what broadcasts against them as TensorFlow does', async (operator) => {
    await expectSameAsTensorFlow(two(operator, image, { shape: [5, 4, 3] }));
    await expectSameAsTensorFlow(two(operator, image, { shape: [2, 1, 1, 3] }));
    for (const shape of [[], [1], [3], [4, 1], [5, 1, 3], [1, 5, 4, 3]]) {
      await expectSameAsTensorFlow(withConstant(operator, image, { shape }));
    }
    await expectSameAsTensorFlow(withConstant(operator, matrix, { shape: [4] }));
  });

  it.each(['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual'])('%s', async (operator) => {
    await expectSameAsTensorFlow(two(operator, whole, { shape: [6], type: 'int32', values: [-7, 6, -1, 1, 4, 9] }));
  });

  it.each(['LogicalAnd', 'LogicalOr'])('%s', async (operator) => {
    const [a, b] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ].map((values) => ({ shape: [4], type: 'bool', values }) as const);
    await expectSameAsTensorFlow(two(operator, a!, b!));
  });

  it.each(['FloorDiv', 'FloorMod'])('%s of integers rounds towards the smaller', async (operator) => {
    for (const divisor of [2, -3]) {
      await expectSameAsTensorFlow(withConstant(operator, whole, { shape: [], type: 'int32', values: [divisor] }));
    }
  });

  it('FloorMod of reals has the sign of the divisor', async () => {
    const values = [-2.5, -0.5, 0, 0.75, 3.25];
    for (const divisor of [0.7, -0.7]) {
      await expectSameAsTensorFlow(withConstant('FloorMod', { shape: [5], values }, real(divisor)));
    }
  });

  it('DivNoNan gives zero for a division by zero', async () => {
    const b = { shape: [4], values: [2, 0, -1, 0] };
    await expectSameAsTensorFlow(two('DivNoNan', { shape: [4], values: [1, 1, 0, 0] }, b));
  });

  it('Pow', async () => {
    await expectSameAsTensorFlow(withConstant('Pow', positive, real(1.5)));
  });

  it('AddN', async () => {
    const graph = { inputs: { a: image, b: image, c: image }, nodes: [['y', 'AddN', ['a', 'b', 'c']]] } as const;
    await expectSameAsTensorFlow(graph);
  });

  it('BiasAdd', async () => {
    await expectSameAsTensorFlow(withConstant('BiasAdd', image, random(3)));
  });
});

describe('selection', () => {
  it('SelectV2 broadcasts', async () => {
    await expectSameAsTensorFlow({
      inputs: { x: image, c: { shape: [5, 1, 3], type: 'bool' } },
      constants: { z: real(7) },
      nodes: [['y', 'SelectV2', ['c', 'x', 'z']]],
    });
  });

  it('Select takes rows by a condition of one axis, as TensorFlow says (TensorFlow.js refuses it)', async () => {
    const outputs = await runTiny({
      inputs: {
        a: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
        b: { shape: [2, 3], values: [-1, -2, -3, -4, -5, -6] },
        c: { shape: [2], type: 'bool', values: [1, 0] },
      },
      nodes: [['y', 'Select', ['c', 'a', 'b']]],
    });
    expect([...(outputs['y']!.data as Float32Array)]).toEqual([1, 2, 3, -4, -5, -6]);
  });
});

describe('activations that consist of several operators', () => {
  it('clips once where a network clips three times', async () => {
    const report = await expectSameAsTensorFlow({
      inputs: { x: image },
      constants: { zero: real(0), six: real(6) },
      nodes: [
        ['r', 'Relu', ['x']],
        ['m', 'Minimum', ['r', 'six']],
        ['y', 'Maximum', ['m', 'zero']],
      ],
    });
    expect(report.model.operators.get('Clip')).toBe(1);
    expect(report.model.operators.has('Relu')).toBe(false);
  });

  it.each([
    [-1, 0.5],
    [3, 9],
    [-9, -8],
  ])('keeps the meaning of limits that contradict earlier ones: 0 to 2, then %d to %d', async (low, high) => {
    await expectSameAsTensorFlow({
      inputs: { x: { shape: [5], values: [-3, 0.2, 1, 1.7, 5] } },
      constants: { a: real(0), b: real(2), low: real(low), high: real(high) },
      nodes: [
        ['c', 'ClipByValue', ['x', 'a', 'b']],
        ['y', 'ClipByValue', ['c', 'low', 'high']],
      ],
    });
  });

  it.each<[string, Elements]>([
    ['slopes per channel', { shape: [1, 1, 3], values: [-0.5, 0.25, 1] }],
    ['slopes per channel, some above one', { shape: [3], values: [-0.5, 0.25, 1.5] }],
    ['the same slope for all channels', { shape: [3], values: [0.1, 0.1, 0.1] }],
    ['a slope for each element', { shape: [5, 4, 3] }],
  ])('Prelu with %s', async (_, slope) => {
    await expectSameAsTensorFlow(withConstant('Prelu', image, slope));
    await expectSameAsTensorFlow(withConstant('Prelu', { shape: [2, 3] }, { shape: [3] }));
  });

  it('recognises a hard swish with its factor before or behind', async () => {
    const constants = { three: real(3), sixth: real(0.16662598) };
    const gate = [
      ['s', 'AddV2', ['x', 'three']],
      ['g', 'Relu6', ['s']],
    ] as const;
    const before = await expectSameAsTensorFlow({
      inputs: { x: image },
      constants,
      nodes: [...gate, ['m', 'Mul', ['sixth', 'x']], ['y', 'Mul', ['m', 'g']]],
    });
    expect([...before.model.operators]).toEqual([
      ['Transpose', 2],
      ['Clip', 1],
      ['Conv', 1],
      ['Mul', 1],
    ]);
    const behind = { inputs: { x: image }, constants };
    await expectSameAsTensorFlow({
      ...behind,
      nodes: [...gate, ['m', 'Mul', ['x', 'g']], ['y', 'Mul', ['m', 'sixth']]],
    });
  });
});

describe('placeholders', () => {
  it('keeps flags as they are', async () => {
    await expectSameAsTensorFlow(one('Identity', { shape: [3], type: 'bool' }, { unused: flag() }));
  });
});
