import type { Value } from '../../graph/builder/index.js';
import type { Dimension, ElementType, TensorData } from '../../graph/model.js';

/**
 * How a computed value lies in memory: `plain` as TensorFlow orders its axes, or `NCHW` for a value of four axes that
 * TensorFlow calls [batch, height, width, channels] and ONNX holds as [batch, channels, height, width].
 */
export type Layout = 'plain' | 'NCHW';

/** A computed tensor of the TensorFlow network: the ONNX value that holds it and the order in which it does. */
export interface Located {
  readonly value: Value;
  readonly layout: Layout;
}

/** What an operation reads: a computed tensor, or a constant in TensorFlow's order. */
export type Operand = Located | TensorData;

/** For each axis of an NCHW value, the TensorFlow axis that it holds. */
export const channelsFirstOrder = [0, 3, 1, 2] as const;
/** For each TensorFlow axis, the axis of an NCHW value that holds it. */
export const channelsLastOrder = [0, 2, 3, 1] as const;

export function isConstant(operand: Operand): operand is TensorData {
  return !('value' in operand);
}

/** The shape with TensorFlow's order of axes; undefined where not even the rank is known. */
export function shapeOf(operand: Operand): readonly Dimension[] | undefined {
  if (isConstant(operand)) return operand.dims;
  const { shape } = operand.value.type;
  if (shape === undefined || operand.layout === 'plain') return shape;
  return channelsLastOrder.map((axis) => shape[axis]);
}

export function rankOf(operand: Operand): number | undefined {
  return shapeOf(operand)?.length;
}

export function elementTypeOf(operand: Operand): ElementType {
  return isConstant(operand) ? operand.elementType : operand.value.type.elementType;
}

/** Whether every length is known to be one (a scalar has none), so that the order of axes means nothing. */
export function isSingle(operand: Operand): boolean {
  return shapeOf(operand)?.every((length) => length === 1) ?? false;
}
