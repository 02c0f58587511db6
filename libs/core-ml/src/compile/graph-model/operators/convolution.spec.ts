import { describe, expect, it } from 'vitest';
import {
  compileTiny,
  expectSameAsTensorFlow,
  float,
  int,
  ints,
  numbers,
  random,
  text,
  texts,
  type Elements,
  type TinyGraph,
} from '../tiny-graph.fixture.js';

const image = { x: { shape: [2, 9, 8, 4], declared: [-1, 9, 8, 4] } };
const window = (stride: number, padding: string, dilation = 1): Record<string, unknown> => ({
  strides: ints(1, stride, stride, 1),
  dilations: ints(1, dilation, dilation, 1),
  padding: text(padding),
});

function convolution(operator: string, w: Elements, attributes: Record<string, unknown>): TinyGraph {
  return { inputs: image, constants: { w }, nodes: [['y', operator, ['x', 'w'], attributes]] };
}

function fused(operator: string, w: Elements, steps: string[], others: Record<string, Elements>): TinyGraph {
  const attributes = { ...window(1, 'SAME'), fused_ops: texts(...steps), leakyrelu_alpha: float(0.3) };
  return {
    inputs: image,
    constants: { w, ...others },
    nodes: [
      ['y', operator, ['x', 'w', ...Object.keys(others)], { ...attributes, num_args: int(Object.keys(others).length) }],
    ],
  };
}

describe('convolutions', () => {
  it.each<[string, TinyGraph]>([
    ['one pixel', convolution('Conv2D', random(1, 1, 4, 6), window(1, 'VALID'))],
    ['3 x 3, same size', convolution('Conv2D', random(3, 3, 4, 6), window(1, 'SAME'))],
    ['3 x 3 at stride 2, odd height and even width', convolution('Conv2D', random(3, 3, 4, 6), window(2, 'SAME'))],
    ['a flat filter', convolution('Conv2D', random(1, 5, 4, 6), window(1, 'SAME'))],
    ['dilated', convolution('Conv2D', random(3, 3, 4, 6), window(1, 'SAME', 2))],
    ['depthwise', convolution('DepthwiseConv2dNative', random(3, 3, 4, 1), window(2, 'SAME'))],
    [
      'depthwise, two results per channel',
      convolution('DepthwiseConv2dNative', random(3, 3, 4, 2), window(1, 'VALID')),
    ],
    ['with a bias', fused('_FusedConv2D', random(3, 3, 4, 6), ['BiasAdd'], { b: random(6) })],
    ['with Relu6', fused('_FusedConv2D', random(3, 3, 4, 6), ['BiasAdd', 'Relu6'], { b: random(6) })],
    ['with Elu', fused('_FusedConv2D', random(3, 3, 4, 6), ['BiasAdd', 'Elu'], { b: random(6) })],
    ['with a leaky Relu', fused('_FusedConv2D', random(3, 3, 4, 6), ['BiasAdd', 'LeakyRelu'], { b: random(6) })],
    [
      'with slopes per channel',
      fused('_FusedConv2D', random(3, 3, 4, 6), ['BiasAdd', 'Prelu'], { b: random(6), a: random(1, 1, 6) }),
    ],
    [
      'depthwise with Relu',
      fused('FusedDepthwiseConv2dNative', random(3, 3, 4, 1), ['BiasAdd', 'Relu'], { b: random(4) }),
    ],
  ])('%s', async (_, graph) => {
    await expectSameAsTensorFlow(graph);
  });

  it.each([
    ['same', 2, 'SAME', [2, 18, 16, 5]],
    ['same, odd size', 2, 'SAME', [2, 17, 15, 5]],
    ['valid', 2, 'VALID', [2, 19, 17, 5]],
    ['valid, with an unreached border', 3, 'VALID', [2, 28, 25, 5]],
  ] as const)('transposed, %s', async (_, stride, padding, shape) => {
    await expectSameAsTensorFlow({
      inputs: image,
      constants: { size: numbers(...shape), w: random(3, 3, 5, 4) },
      nodes: [['y', 'Conv2DBackpropInput', ['size', 'w', 'x'], window(stride, padding)]],
    });
  });

  it('takes zeros around the image into the convolution', async () => {
    const report = await expectSameAsTensorFlow({
      inputs: image,
      constants: { p: { ...numbers(0, 0, 1, 2, 0, 3, 0, 0), shape: [4, 2] }, w: random(3, 3, 4, 6) },
      nodes: [
        ['padded', 'Pad', ['x', 'p']],
        ['y', 'Conv2D', ['padded', 'w'], window(2, 'VALID')],
      ],
    });
    expect(report.model.operators.has('Pad')).toBe(false);
  });

  it('takes scales and offsets of the channels into the weights', async () => {
    const report = await expectSameAsTensorFlow({
      inputs: image,
      constants: { w: random(3, 3, 4, 6), scale: random(6), offset: random(6) },
      nodes: [
        ['c', 'Conv2D', ['x', 'w'], window(1, 'SAME')],
        ['m', 'Mul', ['c', 'scale']],
        ['y', 'Add', ['m', 'offset']],
      ],
    });
    expect([...report.model.operators.keys()].sort()).toEqual(['Conv', 'Transpose']);
  });

  it('transposes only at the ends, however many layers there are', async () => {
    const layers = Array.from({ length: 4 }, (_, i) => i);
    const graph: TinyGraph = {
      inputs: image,
      constants: { w: random(3, 3, 4, 4), b: random(4) },
      nodes: layers.map((i) => [
        `y${i}`,
        '_FusedConv2D',
        [i === 0 ? 'x' : `y${i - 1}`, 'w', 'b'],
        { ...window(1, 'SAME'), fused_ops: texts('BiasAdd', 'Relu'), num_args: int(1) },
      ]),
    };
    // Four layers of weights up to 2 leave sums of thousands that cancel.
    const report = await expectSameAsTensorFlow(graph, 1e-3);
    expect(report.nTransposes).toBe(2);
  });

  it('pads by the runtime where the size of the image is not known', async () => {
    const graph = convolution('Conv2D', random(3, 3, 4, 6), window(2, 'SAME'));
    await expectSameAsTensorFlow({ ...graph, inputs: { x: { shape: [1, 7, 10, 4], declared: [-1, -1, -1, 4] } } });
  });

  it('refuses images that are stored channels first', () => {
    const graph = convolution('Conv2D', random(3, 3, 4, 6), { ...window(1, 'SAME'), data_format: text('NCHW') });
    expect(() => compileTiny(graph)).toThrow("Conv2D ('y'): data format NCHW");
  });
});

describe('pools', () => {
  const pool = (operator: string, size: number, stride: number, padding: string): TinyGraph => ({
    inputs: image,
    nodes: [['y', operator, ['x'], { ...window(stride, padding), ksize: ints(1, size, size, 1) }]],
  });

  it.each<[string, TinyGraph]>([
    ['largest, valid', pool('MaxPool', 2, 2, 'VALID')],
    ['largest, same', pool('MaxPool', 3, 2, 'SAME')],
    ['mean, valid', pool('AvgPool', 3, 1, 'VALID')],
    ['mean, same: what lies outside does not count', pool('AvgPool', 3, 2, 'SAME')],
  ])('%s', async (_, graph) => {
    await expectSameAsTensorFlow(graph);
  });
});
