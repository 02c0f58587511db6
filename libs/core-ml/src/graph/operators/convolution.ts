import type { Dimension } from '../model.js';
import { floating, int, ints, operator, string, type Inferred } from './definition.js';
import { mayEqual } from './dimensions.js';
import type { Shape } from './known.js';
import type { NodeCall } from './node-call.js';
import { checkAutoPad, slidingLengths, windowOf } from './windows.js';

const convolutionAttributes = {
  auto_pad: string('NOTSET'),
  dilations: ints(),
  group: int(1),
  kernel_shape: ints(),
  pads: ints(),
  strides: ints(),
} as const;

/** Spatial lengths of the window: the weights' own, checked against the attribute. */
function kernelOf(call: NodeCall, weights: Shape | undefined, weightInput: number): readonly Dimension[] | undefined {
  const written = call.ints('kernel_shape');
  const own = weights?.slice(2);
  if (written === undefined || own === undefined) return written ?? own;
  if (written.length !== own.length || own.some((length, axis) => !mayEqual(length, written[axis]))) {
    call.fail(`kernel_shape [${written.join(', ')}] is not that of ${call.describe(weightInput)}.`);
  }
  return written;
}

function inferConvolution(call: NodeCall, weightInput: number, biasInput?: number): Inferred[] {
  checkAutoPad(call);
  const data = call.rankedAtLeast(0, 3);
  const weights = call.rankedAtLeast(weightInput, 3);
  if (data !== undefined && weights !== undefined && data.length !== weights.length) {
    call.fail(`${call.describe(0)} and ${call.describe(weightInput)} must have the same number of dimensions.`);
  }
  checkChannels(call, data?.[1], weights, weightInput);
  const bias = biasInput !== undefined && call.has(biasInput) ? call.ranked(biasInput, 1) : undefined;
  if (bias !== undefined && !mayEqual(bias[0], weights?.[0])) {
    call.fail(
      `${call.describe(biasInput!)} must have one entry for each output channel of ${call.describe(weightInput)}.`,
    );
  }
  const kernel = kernelOf(call, weights, weightInput);
  if (data === undefined || kernel === undefined) return [{ shape: undefined }];
  if (kernel.length !== data.length - 2)
    call.fail(`kernel_shape has ${kernel.length} entries for ${call.describe(0)}.`);
  return [{ shape: [data[0], weights?.[0], ...slidingLengths(call, data.slice(2), windowOf(call, kernel))] }];
}

function checkChannels(call: NodeCall, channels: Dimension, weights: Shape | undefined, weightInput: number): void {
  const group = call.int('group');
  if (!Number.isSafeInteger(group) || group < 1) call.fail(`group ${group} must be at least 1.`);
  const taken = weights?.[1];
  if (typeof channels === 'number' && typeof taken === 'number' && channels !== taken * group) {
    call.fail(
      `${call.describe(0)} has ${channels} channels, but ${call.describe(weightInput)} with group ${group} takes ${taken * group}.`,
    );
  }
  const made = weights?.[0];
  if (typeof made === 'number' && made % group !== 0) {
    call.fail(`${made} output channels of ${call.describe(weightInput)} cannot be divided into ${group} groups.`);
  }
}

function inferTransposed(call: NodeCall): Inferred[] {
  checkAutoPad(call);
  const data = call.rankedAtLeast(0, 3);
  const weights = call.rankedAtLeast(1, 3);
  const group = call.int('group');
  if (group < 1) call.fail(`group ${group} must be at least 1.`);
  if (data !== undefined && weights !== undefined && !mayEqual(data[1], weights[0])) {
    call.fail(`${call.describe(0)} has ${data[1]} channels, but ${call.describe(1)} takes ${weights[0]}.`);
  }
  const kernel = kernelOf(call, weights, 1);
  if (data === undefined || kernel === undefined) return [{ shape: undefined }];
  if (kernel.length !== data.length - 2)
    call.fail(`kernel_shape has ${kernel.length} entries for ${call.describe(0)}.`);
  const perGroup = weights?.[1];
  const channels = typeof perGroup === 'number' ? perGroup * group : group === 1 ? perGroup : undefined;
  return [{ shape: [data[0], channels, ...transposedLengths(call, data.slice(2), kernel)] }];
}

function transposedLengths(call: NodeCall, spatial: Shape, kernel: readonly Dimension[]): Shape {
  const wanted = call.ints('output_shape');
  if (wanted !== undefined && wanted.length > 0) {
    if (wanted.length !== spatial.length) call.fail(`output_shape must have ${spatial.length} entries.`);
    return wanted;
  }
  const window = windowOf(call, kernel);
  const extra = call.ints('output_padding') ?? new Array<number>(spatial.length).fill(0);
  if (extra.length !== spatial.length) call.fail(`output_padding must have ${spatial.length} entries.`);
  return spatial.map((length, axis) => {
    const size = kernel[axis];
    if (typeof length !== 'number' || typeof size !== 'number') return undefined;
    const stride = window.strides[axis]!;
    if (window.autoPad.startsWith('SAME')) return length * stride;
    const pads = window.autoPad === 'VALID' ? 0 : window.pads[axis]! + window.pads[axis + spatial.length]!;
    const made = stride * (length - 1) + extra[axis]! + (size - 1) * window.dilations[axis]! + 1 - pads;
    return made < 0 ? call.fail(`pads leave nothing of axis ${axis + 2}.`) : made;
  });
}

/** Convolutions: channels are axis 1, spatial axes follow. */
export const convolution = {
  Conv: operator({
    inputs: ['X: T', 'W: T', 'B?: T'],
    outputs: ['Y: T'],
    types: { T: floating },
    attributes: convolutionAttributes,
    infer: (call) => inferConvolution(call, 1, 2),
  }),
  ConvInteger: operator({
    inputs: ['x: X', 'w: W', 'x_zero_point?: X', 'w_zero_point?: W'],
    outputs: ['y: int32'],
    types: { X: ['int8', 'uint8'], W: ['int8', 'uint8'] },
    attributes: convolutionAttributes,
    infer: (call) => inferConvolution(call, 1),
  }),
  QLinearConv: operator({
    inputs: [
      'x: X',
      'x_scale: float32',
      'x_zero_point: X',
      'w: W',
      'w_scale: float32',
      'w_zero_point: W',
      'y_scale: float32',
      'y_zero_point: Y',
      'B?: int32',
    ],
    outputs: ['y: Y'],
    types: { X: ['int8', 'uint8'], W: ['int8', 'uint8'], Y: ['int8', 'uint8'] },
    attributes: convolutionAttributes,
    infer: (call) => inferConvolution(call, 3, 8),
  }),
  ConvTranspose: operator({
    inputs: ['X: T', 'W: T', 'B?: T'],
    outputs: ['Y: T'],
    types: { T: floating },
    attributes: { ...convolutionAttributes, output_padding: ints(), output_shape: ints() },
    infer: inferTransposed,
  }),
};
