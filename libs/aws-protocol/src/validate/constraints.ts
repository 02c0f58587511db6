import type { Constraints, Member, Shape } from '../schema.js';
import { compilePattern } from './pattern.js';

/** One constraint on a value: AWS's sentence about it, and the test. */
export interface Constraint {
  readonly kind: 'enum' | 'length' | 'range' | 'pattern';
  /** `Member must …` */
  readonly sentence: string;
  holds(value: unknown): boolean;
}

/** Smithy counts Unicode scalar values; few strings have any outside the first plane, so counting is rare. */
function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.charCodeAt(at) >= 0xd800 && text.charCodeAt(at) < 0xdc00;
    if (pair && text.charCodeAt(at + 1) >= 0xdc00 && text.charCodeAt(at + 1) < 0xe000) {
      count--;
      at++;
    }
  }
  return count;
}

type Size = (value: unknown, enough: number) => number;

/** How long a value of the shape is: scalar values, bytes, items or entries. `enough` spares counting long strings. */
function sizeOf(shape: Shape): Size {
  switch (shape.type) {
    case 'blob':
      return (value) => (value instanceof Uint8Array ? value.byteLength : 0);
    case 'list':
      return (value) => (value as unknown[]).length;
    case 'map':
      return (value) => Object.keys(value as object).length;
    default:
      return (value, enough) => {
        const text = value as string;
        return text.length <= enough ? text.length : codePoints(text);
      };
  }
}

function lengthConstraints(shape: Shape, [min, max]: readonly [number | null, number | null]): Constraint[] {
  const size = sizeOf(shape);
  const upper: Constraint | undefined =
    max === null
      ? undefined
      : {
          kind: 'length',
          sentence: `Member must have length less than or equal to ${max}`,
          holds: (value) => size(value, max) <= max,
        };
  const lower: Constraint | undefined =
    min === null
      ? undefined
      : {
          kind: 'length',
          sentence: `Member must have length greater than or equal to ${min}`,
          // A string of fewer code units is certainly shorter; one of twice as many certainly is not.
          holds: (value) => (typeof value === 'string' && value.length >= 2 * min ? true : size(value, min - 1) >= min),
        };
  return [upper, lower].filter((constraint) => constraint !== undefined);
}

function rangeConstraints([min, max]: readonly [number | null, number | null]): Constraint[] {
  const result: Constraint[] = [];
  if (max !== null)
    result.push({
      kind: 'range',
      sentence: `Member must have value less than or equal to ${max}`,
      holds: (value) => (value as number) <= max,
    });
  if (min !== null)
    result.push({
      kind: 'range',
      sentence: `Member must have value greater than or equal to ${min}`,
      holds: (value) => (value as number) >= min,
    });
  return result;
}

const sizeable = new Set(['string', 'enum', 'blob', 'list', 'map', 'document']);

/** The constraints of a value, the shape's and those that the member adds, in AWS's order: upper bounds first. */
export function constraintsOf(shape: Shape, member: Member): Constraint[] {
  const { length, range, pattern }: Constraints = { ...shape, ...member };
  const result: Constraint[] = [];
  if (length && sizeable.has(shape.type) && !shape.streaming) result.push(...lengthConstraints(shape, length));
  if (range) result.push(...rangeConstraints(range));
  if (pattern !== undefined && shape.type === 'string') {
    const matches = compilePattern(pattern);
    result.push({
      kind: 'pattern',
      sentence: `Member must satisfy regular expression pattern: ${pattern.replace(/^\^(.*)\$$/s, '$1')}`,
      holds: (value) => matches(value as string),
    });
  }
  if (shape.type === 'enum' || shape.type === 'intEnum') {
    const values: ReadonlySet<unknown> = new Set(shape.values);
    result.push({
      kind: 'enum',
      sentence: `Member must satisfy enum value set: [${shape.values.join(', ')}]`,
      holds: (value) => values.has(value),
    });
  }
  return result;
}
