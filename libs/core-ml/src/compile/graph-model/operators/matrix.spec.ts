import { describe, expect, it } from 'vitest';
import {
  expectSameAsTensorFlow,
  flag,
  int,
  numbers,
  random,
  text,
  texts,
  type TinyGraph,
} from '../tiny-graph.fixture.js';

const rows = { shape: [2, 4], declared: [-1, 4] };

describe('products of matrices', () => {
  it.each<[string, TinyGraph]>([
    ['MatMul', { inputs: { a: rows }, constants: { b: random(4, 3) }, nodes: [['y', 'MatMul', ['a', 'b']]] }],
    [
      'MatMul of transposed matrices',
      {
        inputs: { a: { shape: [4, 2] }, b: { shape: [3, 4] } },
        nodes: [['y', 'MatMul', ['a', 'b'], { transpose_a: flag(), transpose_b: flag() }]],
      },
    ],
    [
      '_FusedMatMul',
      {
        inputs: { a: rows },
        constants: { w: random(4, 3), b: random(3) },
        nodes: [['y', '_FusedMatMul', ['a', 'w', 'b'], { fused_ops: texts('BiasAdd', 'Relu'), num_args: int(1) }]],
      },
    ],
    [
      'BatchMatMulV2',
      {
        inputs: { a: { shape: [2, 3, 4, 5] }, b: { shape: [2, 3, 6, 5] } },
        nodes: [['y', 'BatchMatMulV2', ['a', 'b'], { adj_y: flag() }]],
      },
    ],
    [
      'Einsum',
      {
        inputs: { a: { shape: [2, 3, 4] }, b: { shape: [4, 5] } },
        nodes: [['y', 'Einsum', ['a', 'b'], { equation: text('abc,cd->abd'), N: int(2) }]],
      },
    ],
  ])('%s', async (_, graph) => {
    await expectSameAsTensorFlow(graph);
  });

  it('takes the order of a flattened image into the matrix instead of turning the image', async () => {
    const report = await expectSameAsTensorFlow({
      inputs: { x: { shape: [2, 3, 4, 5], declared: [-1, 3, 4, 5] } },
      constants: { shape: numbers(-1, 60), w: random(60, 3), b: random(3) },
      nodes: [
        ['r', 'Relu', ['x']],
        ['flat', 'Reshape', ['r', 'shape']],
        ['y', '_FusedMatMul', ['flat', 'w', 'b'], { fused_ops: texts('BiasAdd'), num_args: int(1) }],
      ],
    });
    expect(report.nTransposes).toBe(1);
  });
});
