import { floating, int, ints, operator, required, string, type Inferred } from './definition.js';
import type { NodeCall } from './node-call.js';
import { checkAutoPad, slidingLengths, windowOf } from './windows.js';

function inferPool(call: NodeCall): Inferred[] {
  checkAutoPad(call);
  const data = call.rankedAtLeast(0, 3);
  const kernel = call.ints('kernel_shape') ?? call.fail('attribute kernel_shape is missing.');
  if (data === undefined) return [{ shape: undefined }, { shape: undefined }];
  if (kernel.length !== data.length - 2)
    call.fail(`kernel_shape has ${kernel.length} entries for ${call.describe(0)}.`);
  if (kernel.some((length) => !(length >= 1))) call.fail(`kernel_shape [${kernel.join(', ')}] must be at least 1.`);
  const roundUp = (call.optionalInt('ceil_mode') ?? 0) !== 0;
  const shape = [data[0], data[1], ...slidingLengths(call, data.slice(2), windowOf(call, kernel), roundUp)];
  return [{ shape }, { shape }];
}

function inferGlobalPool(call: NodeCall): Inferred[] {
  const shape = call.rankedAtLeast(0, 2);
  return [{ shape: shape?.map((dimension, axis) => (axis < 2 ? dimension : 1)) }];
}

const windowAttributes = {
  auto_pad: string('NOTSET'),
  ceil_mode: int(0, { since: 10 }),
  kernel_shape: required('ints'),
  pads: ints(),
  strides: ints(),
} as const;

const globalPool = operator({
  inputs: ['X: T'],
  outputs: ['Y: T'],
  types: { T: floating },
  attributes: {},
  infer: inferGlobalPool,
});

export const pooling = {
  MaxPool: operator({
    inputs: ['X: T'],
    outputs: ['Y: T', 'Indices?: int64'],
    types: { T: [...floating, 'int8', 'uint8'] },
    attributes: { ...windowAttributes, dilations: ints(), storage_order: int(0) },
    infer: inferPool,
  }),
  AveragePool: operator({
    inputs: ['X: T'],
    outputs: ['Y: T'],
    types: { T: floating },
    attributes: { ...windowAttributes, dilations: ints(undefined, { since: 19 }), count_include_pad: int(0) },
    infer: inferPool,
  }),
  LpPool: operator({
    inputs: ['X: T'],
    outputs: ['Y: T'],
    types: { T: floating },
    attributes: { ...windowAttributes, dilations: ints(undefined, { since: 18 }), p: int(2) },
    infer: inferPool,
  }),
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: operator({ ...globalPool, attributes: { p: int(2) } }),
};
