import type { Dimension } from '../model.js';
import type { Shape } from './known.js';

/** `[batch, 3, ?]`; `[?]` with a note when not even the rank is known. */
export function writtenShape(shape: Shape | undefined): string {
  if (shape === undefined) return '[unknown rank]';
  return `[${shape.map((dimension) => dimension ?? '?').join(', ')}]`;
}

/** Whether the two may be the same length when the graph runs. */
export function mayEqual(a: Dimension, b: Dimension): boolean {
  return typeof a !== 'number' || typeof b !== 'number' || a === b;
}

/** The better known of two descriptions of one length. */
export function merged(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number') return a;
  return typeof b === 'number' || a === undefined ? b : a;
}

/** What holds for both of two alternatives: equal dimensions stay, others become unknown. */
export function commonShape(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  return a.map((dimension, axis) => (dimension === b[axis] ? dimension : undefined));
}

/** The answer for lengths that cannot meet. */
export const conflict = Symbol('lengths that do not broadcast');

/**
 * Numpy's rule for one axis, as ONNX uses it (https://onnx.ai/onnx/repo-docs/Broadcasting.html).
 * @returns conflict when both are known, different and neither is 1
 */
export function broadcastDimension(a: Dimension, b: Dimension): Dimension | typeof conflict {
  if (a === b) return a;
  if (a === 1) return b;
  if (b === 1) return a;
  if (typeof a === 'number') return typeof b === 'number' ? conflict : a;
  return typeof b === 'number' ? b : undefined;
}

/** Product of lengths: a number, a single name times one, or unknown. */
export function productOf(dimensions: readonly Dimension[]): Dimension {
  if (dimensions.includes(0)) return 0;
  let known = 1;
  const names: string[] = [];
  for (const dimension of dimensions) {
    if (dimension === undefined) return undefined;
    if (typeof dimension === 'string') names.push(dimension);
    else known *= dimension;
  }
  if (names.length === 0) return known;
  return names.length === 1 && known === 1 ? names[0] : undefined;
}

/** a + b where both are numbers, or one of them is 0. */
export function sumOf(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  return b === 0 ? a : undefined;
}

/** Applies a rule to a length that is a number; others become unknown. */
export function mapLength(dimension: Dimension, rule: (length: number) => number): Dimension {
  return typeof dimension === 'number' ? rule(dimension) : undefined;
}

/** `count` dimensions of which nothing is known. */
export function unknownShape(count: number): Shape {
  return Array.from({ length: count }, () => undefined);
}
