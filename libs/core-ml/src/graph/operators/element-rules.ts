import type { Dimension } from '../model.js';
import { sumOf } from './dimensions.js';
import { isFollowed, maxFollowedElements, type Shape } from './known.js';
import type { NodeCall } from './node-call.js';

/**
 * Element-wise arithmetic on lists of lengths, some of which are names: what exporters compute between a Shape and a
 * Reshape. A name stands for a length, so it is never negative.
 */
type Rule = (a: Dimension, b: Dimension, c: Dimension) => Dimension;

function timesOf(a: Dimension, b: Dimension): Dimension {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  if (b === 1) return a;
  return typeof a === 'number' && typeof b === 'number' ? a * b : undefined;
}

function quotientOf(a: Dimension, b: Dimension): Dimension {
  if (b === 1) return a;
  return typeof a === 'number' && typeof b === 'number' && b !== 0 ? Math.trunc(a / b) : undefined;
}

function equalOf(a: Dimension, b: Dimension): Dimension {
  if (a === undefined || b === undefined) return undefined;
  if (typeof a === typeof b) return a === b ? 1 : typeof a === 'string' ? undefined : 0;
  const number = typeof a === 'number' ? a : b;
  return typeof number === 'number' && number < 0 ? 0 : undefined;
}

const onNumbers =
  (rule: (a: number, b: number) => number): Rule =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? rule(a, b) : undefined;

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Add', sumOf],
  [
    'Sub',
    (a, b) =>
      b === 0 ? a : typeof a === 'number' && typeof b === 'number' ? a - b : a === b && a !== undefined ? 0 : undefined,
  ],
  ['Mul', timesOf],
  ['Div', quotientOf],
  ['Mod', onNumbers((a, b) => (b === 0 ? NaN : a - b * Math.floor(a / b)))],
  ['Min', onNumbers(Math.min)],
  ['Max', onNumbers(Math.max)],
  ['Equal', equalOf],
  ['Less', onNumbers((a, b) => Number(a < b))],
  ['Greater', onNumbers((a, b) => Number(a > b))],
  ['LessOrEqual', onNumbers((a, b) => Number(a <= b))],
  ['GreaterOrEqual', onNumbers((a, b) => Number(a >= b))],
  ['And', onNumbers((a, b) => a & b)],
  ['Or', onNumbers((a, b) => a | b)],
  ['Not', (a) => (typeof a === 'number' ? 1 - a : undefined)],
  ['Neg', (a) => (typeof a === 'number' ? -a : undefined)],
  ['Abs', (a) => (typeof a === 'number' ? Math.abs(a) : a)],
  ['Where', (condition, a, b) => (condition === undefined ? (a === b ? a : undefined) : condition === 1 ? a : b)],
]);

/** @param shape the output's. @returns its elements as far as they are known, when it is a short list or one number */
export function arithmeticElements(call: NodeCall, shape: Shape | undefined): readonly Dimension[] | undefined {
  const rule = rules.get(call.op);
  if (rule === undefined || shape === undefined || shape.length > 1 || call.inputs.length > 3) return undefined;
  const count = shape.length === 0 ? 1 : shape[0];
  if (typeof count !== 'number' || count > maxFollowedElements) return undefined;
  const lists: (readonly Dimension[])[] = [];
  for (const index of call.inputs.keys()) {
    const list = isFollowed(call.elementType(index)) ? call.elements(index) : undefined;
    if (list === undefined || (list.length !== 1 && list.length !== count)) return undefined;
    lists.push(list);
  }
  const made = Array.from({ length: count }, (_, i) => {
    const [a, b, c] = lists.map((list) => (list.length === 1 ? list[0] : list[i]));
    return rule(a, b, c);
  });
  return made.map((element) => (typeof element === 'number' && !Number.isSafeInteger(element) ? undefined : element));
}
