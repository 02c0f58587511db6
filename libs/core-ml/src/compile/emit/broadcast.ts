import type { AttributeValues, Value } from '../../graph/builder/index.js';
import type { OperatorName } from '../../graph/operators/table.js';
import type { NhwcEmitter } from './emitter.js';
import { isConstant, isSingle, rankOf, type Layout, type Located, type Operand } from './located.js';

/** Applies an ONNX operator that reads each element on its own, in whichever order the operand lies. */
export function unary(
  emitter: NhwcEmitter,
  operator: OperatorName,
  x: Operand,
  attributes: AttributeValues = {},
): Located {
  const layout = isConstant(x) ? 'plain' : x.layout;
  return { value: emitter.op(operator, [emitter.inLayout(x, layout)], attributes), layout };
}

/** Applies an ONNX operator that broadcasts any number of operands (Where, Sum, Max, ...). */
export function broadcast(
  emitter: NhwcEmitter,
  operands: readonly Operand[],
  apply: (values: Value[]) => Value,
): Located {
  const layout = commonLayout(operands);
  return { value: apply(operands.map((operand) => broadcastValue(emitter, operand, layout))), layout };
}

/** Channels first if some operand lies so already and every other one can follow without a change of its meaning. */
function commonLayout(operands: readonly Operand[]): Layout {
  const some = operands.some((operand) => !isConstant(operand) && operand.layout === 'NCHW');
  return some && operands.every(canBeChannelsFirst) ? 'NCHW' : 'plain';
}

function canBeChannelsFirst(operand: Operand): boolean {
  const rank = rankOf(operand);
  if (rank === undefined || rank > 4) return false;
  return isConstant(operand) || rank === 4 || isSingle(operand);
}

function broadcastValue(emitter: NhwcEmitter, operand: Operand, layout: Layout): Value {
  if (layout === 'plain') return emitter.plain(operand);
  if (isConstant(operand)) return emitter.broadcastConstant(operand);
  return operand.layout === 'plain' && isSingle(operand) ? operand.value : emitter.channelsFirst(operand);
}
