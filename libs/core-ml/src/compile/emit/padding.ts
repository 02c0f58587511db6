import type { AttributeValues } from '../../graph/builder/index.js';
import type { Operand } from './located.js';
import { shapeOf } from './located.js';

/**
 * How a window may reach over the border: `same` pads so that the result has ceil(length / stride) elements, the odd
 * one after the end; `valid` does not pad; else zeros before and after, in pixels.
 */
export type Padding =
  'same' | 'valid' | { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

/** How a window of two axes moves: [height, width] each. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
}

/** The attributes of ONNX's Conv and pools for a padding: explicit pads where the image's size is known. */
export function paddingAttributes(image: Operand, window: Window): AttributeValues {
  const { padding } = window;
  if (padding === 'valid') return {};
  if (padding !== 'same') return { pads: [padding.top, padding.left, padding.bottom, padding.right] };
  const shape = shapeOf(image);
  const vertical = samePads(shape?.[1], window, 0);
  const horizontal = samePads(shape?.[2], window, 1);
  if (vertical === undefined || horizontal === undefined) return { auto_pad: 'SAME_UPPER' };
  if (vertical[0] + vertical[1] + horizontal[0] + horizontal[1] === 0) return {};
  return { pads: [vertical[0], horizontal[0], vertical[1], horizontal[1]] };
}

/** TensorFlow's rule: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 */
function samePads(length: unknown, { size, strides, dilations }: Window, axis: 0 | 1): [number, number] | undefined {
  const reach = (size[axis] - 1) * dilations[axis] + 1;
  const stride = strides[axis];
  // At stride one the padding does not depend on the length.
  if (typeof length !== 'number' && stride !== 1) return undefined;
  const outputs = typeof length === 'number' ? Math.ceil(length / stride) : 1;
  const total = Math.max((outputs - 1) * stride + reach - (typeof length === 'number' ? length : 1), 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
