import { scalar } from '../../graph/tensor/create.js';
import type { Value } from '../../graph/builder/index.js';
import type { NhwcEmitter } from './emitter.js';
import { elementTypeOf, isConstant, type Located, type Operand } from './located.js';

/** Takes the slices of an axis that `indices` (int32 or int64) name. */
export function gather(emitter: NhwcEmitter, x: Operand, indices: Operand, axis: number): Located {
  return plain(emitter.op('Gather', [emitter.plain(x), emitter.plain(indices)], { axis }));
}

/** Takes the elements or slices at the positions that the rows of `indices` name. */
export function gatherNd(emitter: NhwcEmitter, x: Operand, indices: Operand): Located {
  return plain(emitter.op('GatherND', [emitter.plain(x), wide(emitter, indices)]));
}

/** The k largest elements along the last axis, largest first, and their int32 indices. */
export function topK(emitter: NhwcEmitter, x: Operand, k: Operand, sorted: boolean): [Located, Located] {
  const count = emitter.op('Reshape', [wide(emitter, k), emitter.integers([1])]);
  const [values, indices] = emitter.ops('TopK', 2, [emitter.plain(x), count], {
    axis: -1,
    largest: 1,
    sorted: sorted ? 1 : 0,
  });
  return [plain(values!), plain(emitter.cast(indices!, 'int32'))];
}

export interface Suppression {
  /** [boxes, 4]: y1, x1, y2, x2. */
  readonly boxes: Operand;
  /** [boxes] */
  readonly scores: Operand;
  readonly maxOutputs: Operand;
  /** Boxes that overlap a better one by more than this ratio of intersection to union are dropped. */
  readonly overlap: Operand;
  /** Boxes must score more than this. */
  readonly minScore?: Operand;
}

/** The int32 indices of the boxes that stay, best first. */
export function nonMaxSuppression(emitter: NhwcEmitter, suppression: Suppression): Located {
  const { boxes, scores, maxOutputs, overlap, minScore } = suppression;
  const single = (x: Operand): Value => emitter.op('Reshape', [emitter.plain(x), emitter.integers([1])]);
  const inputs = [
    emitter.op('Unsqueeze', [emitter.plain(boxes), emitter.integers([0])]),
    emitter.op('Unsqueeze', [emitter.plain(scores), emitter.integers([0, 1])]),
    emitter.cast(single(maxOutputs), 'int64'),
    single(overlap),
    ...(minScore === undefined ? [] : [single(minScore)]),
  ];
  // Each row of the result is [batch, class, box].
  const rows = emitter.op('NonMaxSuppression', inputs, { center_point_box: 0 });
  const column = emitter.op('Gather', [rows, emitter.graph.constant(scalar('int64', 2))], { axis: 1 });
  return plain(emitter.cast(column, 'int32'));
}

/** The operand in TensorFlow's order as int64, which ONNX wants for most positions. */
export function wide(emitter: NhwcEmitter, operand: Operand): Value {
  if (elementTypeOf(operand) === 'int64') return emitter.plain(operand);
  const numbers = isConstant(operand) && elementTypeOf(operand) === 'int32' ? emitter.numbers(operand) : undefined;
  if (numbers !== undefined && isConstant(operand) && operand.dims.length === 1) return emitter.integers(numbers);
  return emitter.cast(emitter.plain(operand), 'int64');
}

function plain(value: Value): Located {
  return { value, layout: 'plain' };
}
