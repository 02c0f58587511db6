import type { Dimension } from '../model.js';
import { writtenShape } from './dimensions.js';
import type { Shape } from './known.js';
import type { NodeCall } from './node-call.js';

/** How a window moves over the spatial axes: one entry per axis. */
export interface Window {
  readonly kernel: readonly Dimension[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begin of every axis, then end of every axis. */
  readonly pads: readonly number[];
  readonly autoPad: string;
}

/** Reads strides, dilations and pads with their defaults, and refuses lists of the wrong length. */
export function windowOf(call: NodeCall, kernel: readonly Dimension[]): Window {
  const axes = kernel.length;
  const list = (name: string, length: number, fallback: number, least: number): readonly number[] => {
    const values = call.ints(name) ?? new Array<number>(length).fill(fallback);
    if (values.length !== length) {
      call.fail(`${name} [${values.join(', ')}] must have ${length} entries for ${axes} spatial axes.`);
    }
    if (values.some((value) => !Number.isSafeInteger(value) || value < least)) {
      call.fail(`${name} [${values.join(', ')}] must be at least ${least}.`);
    }
    return values;
  };
  return {
    kernel,
    strides: list('strides', axes, 1, 1),
    dilations:
      'dilations' in call.definition.attributes ? list('dilations', axes, 1, 1) : new Array<number>(axes).fill(1),
    pads: list('pads', 2 * axes, 0, 0),
    autoPad: call.string('auto_pad'),
  };
}

/** Lengths after a convolution or pooling. `roundUp` keeps a last window that starts inside but reaches out. */
export function slidingLengths(call: NodeCall, spatial: Shape, window: Window, roundUp = false): Shape {
  return spatial.map((length, axis) => {
    const kernel = window.kernel[axis];
    const stride = window.strides[axis]!;
    if (window.autoPad.startsWith('SAME')) return typeof length === 'number' ? Math.ceil(length / stride) : undefined;
    if (typeof length !== 'number' || typeof kernel !== 'number') {
      return kernel === 1 && stride === 1 && noPads(window, axis) ? length : undefined;
    }
    const begin = window.autoPad === 'VALID' ? 0 : window.pads[axis]!;
    const end = window.autoPad === 'VALID' ? 0 : window.pads[axis + spatial.length]!;
    const reach = (kernel - 1) * window.dilations[axis]! + 1;
    const steps = (length + begin + end - reach) / stride;
    if (steps < 0) {
      call.fail(
        `a window of ${reach} does not fit into ${length + begin + end} (axis ${axis + 2} of ${writtenShape(call.shape(0))} with its padding).`,
      );
    }
    const count = (roundUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window must start inside the data or its leading padding.
    return roundUp && (count - 1) * stride >= length + begin ? count - 1 : count;
  });
}

function noPads(window: Window, axis: number): boolean {
  return window.autoPad === 'VALID' || (window.pads[axis] === 0 && window.pads[axis + window.kernel.length] === 0);
}

export const autoPads = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'];

export function checkAutoPad(call: NodeCall): void {
  const value = call.string('auto_pad');
  if (!autoPads.includes(value)) call.fail(`auto_pad "${value}" is none of ${autoPads.join(', ')}.`);
}
