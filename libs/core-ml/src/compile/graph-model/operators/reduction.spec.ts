import { describe, expect, it } from 'vitest';
import {
  compileTiny,
  expectSameAsTensorFlow,
  flag,
  float,
  int,
  number,
  numbers,
  random,
  type Elements,
  type TinyGraph,
} from '../tiny-graph.fixture.js';

const image = { shape: [2, 4, 5, 3], declared: [-1, 4, 5, 3] };
const cube = { shape: [2, 3, 4], declared: [-1, 3, 4] };

function reduced(operator: string, x: Elements, axes: readonly number[], keepDims = false): TinyGraph {
  return {
    inputs: { x },
    constants: { axes: numbers(...axes) },
    nodes: [['y', operator, ['x', 'axes'], { keep_dims: flag(keepDims) }]],
  };
}

describe('reductions', () => {
  it.each(['Mean', 'Sum', 'Max', 'Min', 'Prod'])('%s over any axes of images and lists', async (operator) => {
    for (const axes of [[1, 2], [2, 1], [3], [0, -1], [1, 2, 3], [2]]) {
      await expectSameAsTensorFlow(reduced(operator, image, axes));
      await expectSameAsTensorFlow(reduced(operator, image, axes, true));
    }
    await expectSameAsTensorFlow(reduced(operator, cube, [-2]));
  });

  it('Sum of integers', async () => {
    await expectSameAsTensorFlow(reduced('Sum', { shape: [3, 4], type: 'int32' }, [0]));
  });

  it.each(['All', 'Any'])('%s', async (operator) => {
    const x = { shape: [3, 2], type: 'bool', values: [1, 1, 0, 1, 0, 0] } as const;
    await expectSameAsTensorFlow(reduced(operator, x, [1]));
  });

  it.each(['ArgMax', 'ArgMin'])('%s, the first of equals', async (operator) => {
    const x = { shape: [2, 4], values: [1, 3, 3, 1, 2, 2, 2, 2] };
    const graph = (input: Elements, axis: number): TinyGraph => ({
      inputs: { x: input },
      constants: { axis: number(axis) },
      nodes: [['y', operator, ['x', 'axis']]],
    });
    await expectSameAsTensorFlow(graph(x, 1));
    await expectSameAsTensorFlow(graph(image, -1));
  });
});

describe('normalisations', () => {
  it.each(['Softmax', 'LogSoftmax'])('%s over the last axis of images and rows', async (operator) => {
    for (const x of [image, { shape: [3, 7] }]) {
      await expectSameAsTensorFlow({ inputs: { x }, nodes: [['y', operator, ['x']]] });
    }
  });

  it('FusedBatchNormV3 with fixed statistics', async () => {
    await expectSameAsTensorFlow({
      inputs: { x: image },
      constants: {
        scale: random(3),
        offset: random(3),
        mean: random(3),
        variance: { shape: [3], values: [0.5, 1, 2] },
      },
      nodes: [['y', 'FusedBatchNormV3', ['x', 'scale', 'offset', 'mean', 'variance'], { epsilon: float(0.01) }]],
    });
  });

  it('refuses to normalise by the statistics of the batch', () => {
    const statistics = ['scale', 'offset', 'mean', 'variance'];
    const graph: TinyGraph = {
      inputs: { x: image },
      constants: Object.fromEntries(statistics.map((name) => [name, random(3)])),
      nodes: [['y', 'FusedBatchNormV3', ['x', ...statistics], { is_training: flag() }]],
    };
    expect(() => compileTiny(graph)).toThrow(/statistics of the batch/);
  });

  it('LRN over neighbouring channels', async () => {
    const attributes = { depth_radius: int(2), bias: float(1.5), alpha: float(0.7), beta: float(0.6) };
    await expectSameAsTensorFlow({ inputs: { x: { shape: [2, 3, 3, 9] } }, nodes: [['y', 'LRN', ['x'], attributes]] });
  });

  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])('Cumsum, exclusive %s, reverse %s', async (exclusive, reverse) => {
    await expectSameAsTensorFlow({
      inputs: { x: cube },
      constants: { axis: number(1) },
      nodes: [['y', 'Cumsum', ['x', 'axis'], { exclusive: flag(exclusive), reverse: flag(reverse) }]],
    });
  });
});
