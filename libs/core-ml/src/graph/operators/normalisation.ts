import { float, floating, int, operator, type Inferred } from './definition.js';
import { mayEqual } from './dimensions.js';
import type { NodeCall } from './node-call.js';

/** Refuses parameters that have not one entry per channel (axis 1) of the data. */
function checkPerChannel(call: NodeCall, inputs: readonly number[]): void {
  const channels = call.rankedAtLeast(0, 2)?.[1];
  for (const index of inputs) {
    const shape = call.ranked(index, 1);
    if (shape !== undefined && !mayEqual(shape[0], channels)) {
      call.fail(
        `${call.describe(index)} must have one entry for each of the ${channels} channels of ${call.describe(0)}.`,
      );
    }
  }
}

function checkedAxis(call: NodeCall): Inferred[] {
  const shape = call.shape(0);
  if (shape !== undefined) call.axis(call.int('axis'), shape.length);
  return [{ shape }];
}

const alongAxis = (axis: number) =>
  operator({
    inputs: ['input: T'],
    outputs: ['output: T'],
    types: { T: floating },
    attributes: { axis: int(axis) },
    infer: checkedAxis,
  });

export const normalisation = {
  Softmax: alongAxis(-1),
  LogSoftmax: alongAxis(-1),
  Hardmax: alongAxis(-1),
  BatchNormalization: operator({
    inputs: ['X: T', 'scale: any', 'B: any', 'input_mean: any', 'input_var: any'],
    outputs: ['Y: T', 'running_mean?: T', 'running_var?: T'],
    types: { T: floating },
    attributes: {
      epsilon: float(1e-5),
      momentum: float(0.9),
      training_mode: int(0, { since: 14 }),
      spatial: int(1, { until: 8 }),
    },
    infer(call) {
      checkPerChannel(call, [1, 2, 3, 4]);
      const statistics = { shape: call.shape(3), elementType: call.elementType(3) };
      return [{ shape: call.shape(0) }, statistics, statistics];
    },
  }),
  InstanceNormalization: operator({
    inputs: ['input: T', 'scale: T', 'B: T'],
    outputs: ['output: T'],
    types: { T: floating },
    attributes: { epsilon: float(1e-5) },
    infer(call) {
      checkPerChannel(call, [1, 2]);
      return [{ shape: call.shape(0) }];
    },
  }),
  LayerNormalization: operator({
    inputs: ['X: T', 'Scale: T', 'B?: T'],
    outputs: ['Y: T', 'Mean?: U', 'InvStdDev?: U'],
    types: { T: floating, U: ['float32'] },
    attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
    since: 17,
    infer(call) {
      const shape = call.shape(0);
      if (shape === undefined) return [{ shape }];
      const axis = call.axis(call.int('axis'), shape.length);
      for (const index of call.has(2) ? [1, 2] : [1]) {
        const own = call.shape(index);
        const normalised = shape.slice(axis);
        const fits =
          own === undefined ||
          own.every((length, i) => length === 1 || mayEqual(length, shape[shape.length - own.length + i]));
        if (!fits)
          call.fail(
            `${call.describe(index)} does not fit the normalised axes [${normalised.join(', ')}] of ${call.describe(0)}.`,
          );
      }
      const statistics: Inferred = { shape: shape.map((length, i) => (i < axis ? length : 1)), elementType: 'float32' };
      return [{ shape }, statistics, statistics];
    },
  }),
  LpNormalization: operator({
    inputs: ['input: T'],
    outputs: ['output: T'],
    types: { T: floating },
    attributes: { axis: int(-1), p: int(2) },
    infer: checkedAxis,
  }),
  LRN: operator({
    inputs: ['X: T'],
    outputs: ['Y: T'],
    types: { T: floating },
    attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: int() },
    infer: (call) => [{ shape: call.shape(0) }],
  }),
};
