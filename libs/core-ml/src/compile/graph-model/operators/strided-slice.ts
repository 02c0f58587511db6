import { expandDims, slice, squeeze, type Operand, type Range } from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import type { ConverterCall } from '../converter.js';

/** Beyond any length: "to the end", in either direction. */
const farEnd = 2 ** 31 - 1;

interface Plan {
  readonly ranges: Range[];
  /** Axes of x that take one element and vanish. */
  readonly dropped: number[];
  /** Places in the result where an axis of length one is new. */
  readonly inserted: number[];
}

/**
 * TensorFlow's Python-like slicing, x[begin:end:step, ...]. Bit i of each mask speaks about the i-th entry of the lists:
 * https://www.tensorflow.org/api_docs/python/tf/strided_slice.
 */
export function stridedSlice(call: ConverterCall): Operand {
  const { emitter } = call;
  const x = call.input(0);
  const { ranges, dropped, inserted } = planSlices(call, emitter.fixedRank(x));
  const taken = slice(emitter, x, ranges);
  const kept = dropped.length === 0 ? taken : squeeze(emitter, taken, dropped);
  return inserted.reduce((result, axis) => expandDims(emitter, result, axis), kept);
}

function planSlices(call: ConverterCall, rank: number): Plan {
  const begin = call.numbers(1, 'the beginning');
  const end = call.numbers(2, 'the end');
  const step = call.numbers(3, 'the step');
  const mask = (name: string, entry: number): boolean => ((call.attributes.integer(name, 0) >> entry) & 1) === 1;
  const plan: Plan = { ranges: [], dropped: [], inserted: [] };
  const consuming = begin.filter((_, i) => !mask('new_axis_mask', i) && !mask('ellipsis_mask', i)).length;
  let axis = 0;
  let place = 0;
  for (const [i, start] of begin.entries()) {
    if (mask('ellipsis_mask', i)) {
      axis += rank - consuming;
      place += rank - consuming;
    } else if (mask('new_axis_mask', i)) {
      plan.inserted.push(place++);
    } else if (mask('shrink_axis_mask', i)) {
      // The last element has no end to name: -1 + 1 would be the beginning.
      plan.ranges.push({ axis, start, end: start === -1 ? farEnd : start + 1, step: 1 });
      plan.dropped.push(axis++);
    } else {
      const range = rangeOf(axis++, start, end[i]!, step[i]!, mask('begin_mask', i), mask('end_mask', i));
      if (range !== undefined) plan.ranges.push(range);
      place++;
    }
  }
  if (axis > rank) throw new UnsupportedUseError(`a slice of ${axis} axes from ${rank}`);
  return plan;
}

/** Undefined where the whole axis is taken. */
function rangeOf(
  axis: number,
  start: number,
  end: number,
  step: number,
  fromStart: boolean,
  toEnd: boolean,
): Range | undefined {
  if (fromStart && toEnd && step === 1) return undefined;
  const first = step > 0 ? 0 : farEnd;
  const last = step > 0 ? farEnd : -farEnd;
  return { axis, start: fromStart ? first : start, end: toEnd ? last : end, step };
}
