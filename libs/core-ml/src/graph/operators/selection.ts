import type { Dimension } from '../model.js';
import { int, numeric, operator, type Inferred } from './definition.js';
import { mayEqual } from './dimensions.js';
import type { NodeCall } from './node-call.js';

function inferTopK(call: NodeCall): Inferred[] {
  const shape = call.rankedAtLeast(0, 1);
  if (shape === undefined) return [{ shape }, { shape }];
  const axis = call.axis(call.int('axis'), shape.length);
  const count: Dimension = call.opset < 10 ? call.int('k') : call.elements(1)?.[0];
  const length = shape[axis];
  if (typeof count === 'number' && (count < 0 || (typeof length === 'number' && count > length))) {
    call.fail(`${count} of axis ${axis} are wanted, ${call.describe(0)} has ${length ?? '?'}.`);
  }
  const top = shape.with(axis, count);
  return [{ shape: top }, { shape: top }];
}

function inferNonMaxSuppression(call: NodeCall): Inferred[] {
  const boxes = call.ranked(0, 3);
  const scores = call.ranked(1, 3);
  if (!mayEqual(boxes?.[2], 4)) call.fail(`${call.describe(0)} must hold 4 numbers for each box.`);
  if (boxes !== undefined && scores !== undefined) {
    if (!mayEqual(boxes[0], scores[0]))
      call.fail(`${call.describe(0)} and ${call.describe(1)} must hold as many images.`);
    if (!mayEqual(boxes[1], scores[2]))
      call.fail(`${call.describe(0)} and ${call.describe(1)} must hold as many boxes.`);
  }
  return [{ shape: [undefined, 3] }];
}

/** Operators that choose the best. */
export const selection = {
  TopK: operator({
    inputs: ['X: T', 'K?: int64'],
    outputs: ['Values: T', 'Indices: int64'],
    types: { T: numeric },
    attributes: {
      axis: int(-1),
      largest: int(1, { since: 11 }),
      sorted: int(1, { since: 11 }),
      k: int(undefined, { until: 9 }),
    },
    infer: inferTopK,
  }),
  NonMaxSuppression: operator({
    inputs: [
      'boxes: float32',
      'scores: float32',
      'max_output_boxes_per_class?: int64',
      'iou_threshold?: float32',
      'score_threshold?: float32',
    ],
    outputs: ['selected_indices: int64'],
    attributes: { center_point_box: int(0) },
    infer: inferNonMaxSuppression,
  }),
};
