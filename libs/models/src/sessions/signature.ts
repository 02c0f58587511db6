import type { Dimension } from '@lantern/core-ml';
import type { RuntimeElementType } from './tensors/tensor.js';

/** An input or output of a model. */
export interface ValueDescription {
  readonly name: string;
  readonly elementType: RuntimeElementType;
  /** Outermost first: lengths, names of lengths, undefined for unknown ones; undefined as a whole where the rank is unknown. */
  readonly shape: readonly Dimension[] | undefined;
}

/** What a model takes and gives. */
export interface ModelSignature {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
}

/** A value in words: `x: float32 [batch, 3, 224, 224]`. */
export function describeValue({ name, elementType, shape }: ValueDescription): string {
  return `${name}: ${elementType} ${shape ? describeShape(shape) : 'of any rank'}`;
}

/** A shape in words; `?` stands for a length that is not known. */
export const describeShape = (shape: readonly Dimension[]): string =>
  `[${shape.map((length) => length ?? '?').join(', ')}]`;
