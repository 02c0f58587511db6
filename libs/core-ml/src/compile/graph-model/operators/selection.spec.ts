import { describe, expect, it } from 'vitest';
import {
  compileTiny,
  expectSameAsTensorFlow,
  flag,
  int,
  number,
  numbers,
  real,
  type,
  type TinyGraph,
} from '../tiny-graph.fixture.js';

const image = { shape: [2, 4, 5, 3], declared: [-1, 4, 5, 3] };

describe('elements by index', () => {
  it('GatherV2 along each axis of an image', async () => {
    for (const axis of [0, 1, 3]) {
      await expectSameAsTensorFlow({
        inputs: { x: image, i: { shape: [2, 2], type: 'int32', values: [1, 0, 1, 1] } },
        constants: { axis: number(axis) },
        nodes: [['y', 'GatherV2', ['x', 'i', 'axis']]],
      });
    }
  });

  it('GatherNd takes channels of pixels', async () => {
    await expectSameAsTensorFlow({
      inputs: { x: image, i: { shape: [2, 3], type: 'int32', values: [0, 3, 1, 1, 0, 4] } },
      nodes: [['y', 'GatherNd', ['x', 'i']]],
    });
  });

  it('TopKV2, the largest first and the first of equals', async () => {
    await expectSameAsTensorFlow({
      inputs: { x: { shape: [2, 6], values: [3, 1, 4, 1, 5, 4, 2, 2, 7, 1, 8, 2] } },
      constants: { k: number(3) },
      nodes: [['y', 'TopKV2', ['x', 'k'], { sorted: flag() }]],
      outputs: ['y', 'y:1'],
    });
  });

  it('OneHot', async () => {
    await expectSameAsTensorFlow({
      inputs: { i: { shape: [4], type: 'int32', values: [2, 0, 1, 2] } },
      constants: { depth: number(3), on: real(5), off: real(-1) },
      nodes: [['y', 'OneHot', ['i', 'depth', 'on', 'off'], { axis: int(-1), T: type('DT_FLOAT') }]],
    });
  });

  it('Where gives the positions that are true', async () => {
    await expectSameAsTensorFlow({
      inputs: { c: { shape: [2, 3], type: 'bool', values: [0, 1, 1, 0, 0, 1] } },
      nodes: [['y', 'Where', ['c']]],
      isDynamic: true,
    });
  });
});

describe('NonMaxSuppression', () => {
  const boxes = [
    [0, 0, 1, 1],
    [0, 0.1, 1, 1.1],
    [0, 2, 1, 3],
    [0.1, 2, 1.1, 3],
    [5, 5, 6, 6],
  ];
  const suppression = (operator: string, sigma: number, outputs: string[]): TinyGraph => ({
    inputs: { b: { shape: [5, 4], values: boxes.flat() }, s: { shape: [5], values: [0.9, 0.8, 0.6, 0.95, 0.1] } },
    constants: { n: number(4), overlap: real(0.5), score: real(0.3), sigma: real(sigma) },
    nodes: [['y', operator, ['b', 's', 'n', 'overlap', 'score', 'sigma'].slice(0, operator.endsWith('5') ? 6 : 5)]],
    outputs,
    isDynamic: true,
  });

  it('keeps the best of boxes that overlap', async () => {
    await expectSameAsTensorFlow(suppression('NonMaxSuppressionV3', 0, ['y']));
  });

  it('V5 gives their scores, too', async () => {
    await expectSameAsTensorFlow(suppression('NonMaxSuppressionV5', 0, ['y', 'y:1']));
  });

  it('refuses soft suppression, which ONNX does not have', () => {
    expect(() => compileTiny(suppression('NonMaxSuppressionV5', 0.5, ['y']))).toThrow(/soft suppression/);
  });
});

describe('resizing', () => {
  const kinds = [{}, { align_corners: flag() }, { half_pixel_centers: flag() }];

  it.each([
    ['twice as large', [8, 10]],
    ['larger by halves', [6, 9]],
    ['smaller', [3, 2]],
    ['the same', [4, 5]],
  ])('ResizeBilinear %s, with each kind of coordinates', async (_, size) => {
    for (const attributes of kinds) {
      await expectSameAsTensorFlow({
        inputs: { x: image },
        constants: { size: numbers(...size) },
        nodes: [['y', 'ResizeBilinear', ['x', 'size'], attributes]],
      });
    }
  });

  it.each([
    ['twice as large', [8, 10]],
    ['larger by halves', [7, 9]],
    ['smaller', [3, 2]],
  ])('ResizeNearestNeighbor %s, with each kind of coordinates', async (_, size) => {
    for (const attributes of kinds) {
      await expectSameAsTensorFlow({
        inputs: { x: image },
        constants: { size: numbers(...size) },
        nodes: [['y', 'ResizeNearestNeighbor', ['x', 'size'], attributes]],
      });
    }
  });

  it('takes the size of another image', async () => {
    await expectSameAsTensorFlow({
      inputs: { x: image, z: { shape: [1, 7, 8, 2], declared: [1, -1, -1, 2] } },
      constants: { b: numbers(1), e: numbers(3), s: numbers(1) },
      nodes: [
        ['shape', 'Shape', ['z']],
        ['size', 'StridedSlice', ['shape', 'b', 'e', 's']],
        ['y', 'ResizeBilinear', ['x', 'size']],
      ],
    });
  });
});
