import { elementTypeOf } from './constants.js';
import { floating, int, operator } from './definition.js';
import { mayEqual } from './dimensions.js';
import type { NodeCall } from './node-call.js';

/** A scale is one number, or one for each place along the axis (blocks are not checked). */
function checkScale(call: NodeCall): void {
  const shape = call.shape(0);
  const scale = call.shape(1);
  if (call.has(2)) {
    const zero = call.shape(2);
    const same =
      scale === undefined ||
      zero === undefined ||
      (scale.length === zero.length && scale.every((s, i) => mayEqual(s, zero[i])));
    if (!same) call.fail(`${call.describe(2)} must have the shape of ${call.describe(1)}.`);
  }
  if (shape === undefined || scale?.length !== 1 || scale[0] === 1) return;
  const axis = call.axis(call.int('axis'), shape.length);
  if (!mayEqual(scale[0], shape[axis]))
    call.fail(`${call.describe(1)} does not fit axis ${axis} of ${call.describe(0)}.`);
}

const whole = ['int8', 'uint8', 'int16', 'uint16', 'int32'] as const;

/** Between real numbers and the integers that stand for them: real = (integer - zero point) * scale. */
export const quantisation = {
  QuantizeLinear: operator({
    inputs: ['x: T', 'y_scale: S', 'y_zero_point?: Z'],
    outputs: ['y: any'],
    types: { T: [...floating, 'int32'], S: [...floating, 'int32'], Z: whole },
    attributes: {
      axis: int(1, { since: 13 }),
      saturate: int(1, { since: 19 }),
      output_dtype: int(0, { since: 21 }),
      block_size: int(0, { since: 21 }),
    },
    infer(call) {
      checkScale(call);
      const written = call.int('output_dtype');
      const elementType = call.has(2) ? call.elementType(2) : written === 0 ? 'uint8' : elementTypeOf(call, written);
      return [{ shape: call.shape(0), elementType }];
    },
  }),
  DequantizeLinear: operator({
    inputs: ['x: Z', 'x_scale: T', 'x_zero_point?: Z'],
    outputs: ['y: T'],
    types: { T: floating, Z: whole },
    attributes: { axis: int(1, { since: 13 }), block_size: int(0, { since: 21 }) },
    infer(call) {
      checkScale(call);
      return [{ shape: call.shape(0) }];
    },
  }),
  DynamicQuantizeLinear: operator({
    inputs: ['x: float32'],
    outputs: ['y: uint8', 'y_scale: float32', 'y_zero_point: uint8'],
    attributes: {},
    infer: (call) => [{ shape: call.shape(0) }, { shape: [] }, { shape: [] }],
  }),
};
