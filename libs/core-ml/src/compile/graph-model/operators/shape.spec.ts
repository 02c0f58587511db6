import { describe, expect, it } from 'vitest';
import {
  compileTiny,
  expectSameAsTensorFlow,
  int,
  ints,
  number,
  numbers,
  random,
  real,
  text,
  type,
  type Elements,
  type TinyGraph,
} from '../tiny-graph.fixture.js';

const image = { shape: [2, 4, 6, 3], declared: [-1, 4, 6, 3] };
const cube = { shape: [2, 3, 4], declared: [-1, 3, 4] };

function graph(
  operator: string,
  x: Elements,
  constants: Readonly<Record<string, Elements>> = {},
  attributes: Readonly<Record<string, unknown>> = {},
): TinyGraph {
  return { inputs: { x }, constants, nodes: [['y', operator, ['x', ...Object.keys(constants)], attributes]] };
}

describe('shape and order', () => {
  it.each<[string, TinyGraph]>([
    ['Reshape of an image to rows', graph('Reshape', image, { s: numbers(-1, 72) })],
    ['Reshape of an image to boxes', graph('Reshape', image, { s: numbers(2, -1, 2) })],
    ['Reshape of a list', graph('Reshape', cube, { s: numbers(-1, 1, 1, 12) })],
    ['Squeeze', graph('Squeeze', { shape: [2, 1, 1, 3] }, {}, { squeeze_dims: ints(1, 2) })],
    ['Squeeze of the batch', graph('Squeeze', { shape: [1, 4, 5, 3] }, {}, { squeeze_dims: ints(0) })],
    ['Squeeze of all that can', graph('Squeeze', { shape: [1, 4, 1, 3] })],
    ['ExpandDims', graph('ExpandDims', cube, { a: number(1) })],
    ['ExpandDims at the end', graph('ExpandDims', image, { a: number(-1) })],
    ['Transpose of an image to channels first', graph('Transpose', image, { p: numbers(0, 3, 1, 2) })],
    ['Transpose of an image otherwise', graph('Transpose', image, { p: numbers(0, 2, 1, 3) })],
    ['Transpose of a list', graph('Transpose', cube, { p: numbers(2, 0, 1) })],
    ['Tile', graph('Tile', image, { m: numbers(1, 2, 1, 3) })],
    ['BroadcastTo', graph('BroadcastTo', { shape: [3, 1] }, { s: numbers(2, 3, 4) })],
    ['ReverseV2', graph('ReverseV2', image, { a: numbers(1, 3) })],
    ['Pad of height and width', graph('Pad', image, { p: { ...numbers(0, 0, 1, 2, 3, 0, 0, 0), shape: [4, 2] } })],
    ['Pad of channels', graph('Pad', image, { p: { ...numbers(0, 0, 0, 0, 0, 0, 0, 5), shape: [4, 2] } })],
    ['PadV2', graph('PadV2', cube, { p: { ...numbers(0, 0, 1, 2, 3, 0), shape: [3, 2] }, v: real(1.5) })],
    [
      'MirrorPad',
      graph(
        'MirrorPad',
        image,
        { p: { ...numbers(0, 0, 1, 2, 3, 0, 0, 0), shape: [4, 2] } },
        { mode: text('REFLECT') },
      ),
    ],
    ['Slice', graph('Slice', image, { b: numbers(0, 1, 2, 0), s: numbers(-1, 2, 3, 3) })],
    [
      'DepthToSpace',
      graph('DepthToSpace', { shape: [2, 3, 4, 12] }, {}, { block_size: int(2), data_format: text('NHWC') }),
    ],
    [
      'SpaceToBatchND',
      graph('SpaceToBatchND', image, { b: numbers(2, 3), p: { ...numbers(0, 2, 1, 2), shape: [2, 2] } }),
    ],
    [
      'BatchToSpaceND',
      graph(
        'BatchToSpaceND',
        { shape: [12, 4, 6, 3] },
        { b: numbers(2, 3), c: { ...numbers(0, 1, 2, 0), shape: [2, 2] } },
      ),
    ],
  ])('%s', async (_, tiny) => {
    await expectSameAsTensorFlow(tiny);
  });

  it('ConcatV2 joins images along any axis, constants among them', async () => {
    for (const [axis, shape] of [
      [1, [2, 2, 6, 3]],
      [-1, [2, 4, 6, 5]],
    ] as const) {
      await expectSameAsTensorFlow({
        inputs: { a: { shape: [2, 4, 6, 3] }, b: { shape } },
        constants: { c: random(...shape), axis: number(axis) },
        nodes: [['y', 'ConcatV2', ['a', 'b', 'c', 'axis'], { N: int(3) }]],
      });
    }
  });

  it('Pack and Unpack', async () => {
    await expectSameAsTensorFlow({
      inputs: { a: { shape: [2, 3] }, b: { shape: [2, 3] } },
      nodes: [['y', 'Pack', ['a', 'b'], { axis: int(1) }]],
    });
    await expectSameAsTensorFlow({
      inputs: { x: { shape: [2, 3, 4] } },
      nodes: [['y', 'Unpack', ['x'], { axis: int(1), num: int(3) }]],
      outputs: ['y', 'y:2'],
    });
  });

  it('Split and SplitV', async () => {
    await expectSameAsTensorFlow({
      inputs: { x: image },
      constants: { axis: number(2) },
      nodes: [['y', 'Split', ['axis', 'x'], { num_split: int(3) }]],
      outputs: ['y', 'y:1', 'y:2'],
    });
    await expectSameAsTensorFlow({
      inputs: { x: image },
      constants: { sizes: numbers(1, 2), axis: number(3) },
      nodes: [['y', 'SplitV', ['x', 'sizes', 'axis']]],
      outputs: ['y', 'y:1'],
    });
  });

  it('returns to the image after a detour over other shapes', async () => {
    const report = await expectSameAsTensorFlow({
      inputs: { x: { shape: [1, 4, 6, 3] } },
      constants: { zero: number(0), w: random(1, 1, 3, 5) },
      nodes: [
        ['u', 'Unpack', ['x'], { axis: int(0), num: int(1) }],
        ['e', 'ExpandDims', ['u', 'zero']],
        ['y', 'Conv2D', ['e', 'w'], { strides: ints(1, 1, 1, 1), dilations: ints(1, 1, 1, 1), padding: text('SAME') }],
      ],
    });
    expect([...report.model.operators]).toEqual([
      ['Transpose', 2],
      ['Conv', 1],
    ]);
  });

  it('reads a computed shape of which only the batch is unknown', async () => {
    const report = await expectSameAsTensorFlow({
      inputs: { x: image },
      constants: { b: numbers(0), e: numbers(1), s: numbers(1), n: number(72) },
      nodes: [
        ['shape', 'Shape', ['x']],
        ['batch', 'StridedSlice', ['shape', 'b', 'e', 's'], { shrink_axis_mask: int(1) }],
        ['rows', 'Pack', ['batch', 'n'], { axis: int(0) }],
        ['y', 'Reshape', ['x', 'rows']],
      ],
    });
    expect(report.model.operators.has('Shape')).toBe(false);
  });
});

describe('StridedSlice', () => {
  const sliced = (
    x: Elements,
    begin: number[],
    end: number[],
    step: number[],
    masks: Record<string, number>,
  ): TinyGraph =>
    graph(
      'StridedSlice',
      x,
      { begin: numbers(...begin), end: numbers(...end), step: numbers(...step) },
      Object.fromEntries(Object.entries(masks).map(([name, bits]) => [`${name}_mask`, int(bits)])),
    );

  it.each<[string, TinyGraph]>([
    ['x[0:1, 1:3]', sliced(cube, [0, 1], [1, 3], [1, 1], {})],
    ['x[:, 1:]', sliced(cube, [0, 1], [0, 0], [1, 1], { begin: 1, end: 3 })],
    ['x[..., -1]', sliced(cube, [0, -1], [0, 0], [1, 1], { ellipsis: 1, shrink_axis: 2 })],
    ['x[..., 0:2] of an image', sliced(image, [0, 0], [0, 2], [1, 1], { ellipsis: 1 })],
    ['x[:, ::2, ::-1] of an image', sliced(image, [0, 0, 0], [0, 0, 0], [1, 2, -1], { begin: 7, end: 7 })],
    [
      'x[:, newaxis, 2]',
      sliced(cube, [0, 0, 2], [0, 0, 3], [1, 1, 1], { begin: 1, end: 1, new_axis: 2, shrink_axis: 4 }),
    ],
    ['x[-2:-1]', sliced({ shape: [5, 2] }, [-2], [-1], [1], {})],
  ])('%s', async (_, tiny) => {
    await expectSameAsTensorFlow(tiny);
  });
});

describe('tensors made from shapes', () => {
  it.each<[string, TinyGraph]>([
    ['Shape', graph('Shape', image)],
    ['Size', graph('Size', cube)],
    ['Rank', graph('Rank', cube)],
    ['ZerosLike', graph('ZerosLike', image)],
    ['OnesLike', graph('OnesLike', { shape: [3], type: 'int32' })],
    ['Fill', { inputs: { v: real(2.5) }, constants: { s: numbers(2, 3) }, nodes: [['y', 'Fill', ['s', 'v']]] }],
    [
      'Range',
      {
        inputs: { limit: { shape: [], type: 'int32', values: [9] } },
        constants: { start: number(1), delta: number(3) },
        nodes: [['y', 'Range', ['start', 'limit', 'delta'], { Tidx: type('DT_INT32') }]],
      },
    ],
  ])('%s', async (_, tiny) => {
    await expectSameAsTensorFlow(tiny);
  });
});

describe('what cannot be expressed', () => {
  it('names an axis that is computed while the network runs', () => {
    const tiny: TinyGraph = {
      inputs: { x: cube, axis: { shape: [], type: 'int32' } },
      nodes: [['y', 'ExpandDims', ['x', 'axis']]],
    };
    expect(() => compileTiny(tiny)).toThrow("ExpandDims ('y'): the axis is computed while the network runs");
  });
});
