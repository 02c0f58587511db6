import { compileCondition, isScalar, type Condition, type Scalar } from './condition.js';
import { PatternError } from './pattern-error.js';

/** A compiled pattern, as EventBridge's rules and SNS's filter policies are written. */
export interface Pattern {
  /** Whether an event, a parsed message body or an object of message attributes fulfils it. */
  matches(value: unknown): boolean;
}

type Matcher = (value: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/** Deeper patterns are refused, so that hostile ones cannot exhaust the stack. */
const MAX_DEPTH = 32;

/**
 * Compiles a pattern: nested objects whose leaves are lists of conditions, of which one must hold. The operators are
 * `prefix`, `suffix`, `equals-ignore-case`, `wildcard`, `anything-but`, `numeric`, `exists`, `cidr` and `$or`.
 *
 * A list in the event fulfils a condition where one of its elements does, and nested fields where one element has them all.
 * @param pattern parsed JSON
 * @throws PatternError
 */
export function compilePattern(pattern: unknown): Pattern {
  if (!isFields(pattern)) throw new PatternError('Filter is not an object');
  return { matches: compileFields(pattern, 0) };
}

function compileFields(pattern: Fields, depth: number): Matcher {
  if (depth > MAX_DEPTH) throw new PatternError('Path too deep');
  const names = Object.keys(pattern);
  if (names.length === 0) throw new PatternError('Empty objects are not allowed');
  const matchers = names.map((name): ((fields: Fields) => boolean) => {
    const inner = pattern[name];
    if (name === '$or' && isAlternatives(inner)) {
      const alternatives = inner.map((alternative) => compileFields(alternative, depth + 1));
      return (fields) => alternatives.some((matches) => matches(fields));
    }
    const matches = compileField(name, inner, depth);
    return (fields) => matches(Object.hasOwn(fields, name) ? fields[name] : undefined);
  });
  const matches: Matcher = (value) => {
    if (Array.isArray(value) && value.length > 0) return value.some(matches);
    const fields = isFields(value) ? value : {};
    return matchers.every((matcher) => matcher(fields));
  };
  return matches;
}

function compileField(name: string, inner: unknown, depth: number): Matcher {
  if (isFields(inner)) return compileFields(inner, depth + 1);
  if (!Array.isArray(inner)) throw new PatternError(`"${name}" must be an object or an array`);
  if (inner.length === 0) throw new PatternError('Empty arrays are not allowed');
  const conditions = inner.map(compileCondition);
  return (value) => holdsAny(conditions, value);
}

function holdsAny(conditions: readonly Condition[], value: unknown): boolean {
  const scalars = scalarsOf(value);
  return conditions.some(({ holds, holdsForAbsent }) => (scalars.length === 0 ? holdsForAbsent : scalars.some(holds)));
}

/** The values of a leaf: the value itself, or those of a list. An object has none. */
function scalarsOf(value: unknown): Scalar[] {
  if (isScalar(value)) return [value];
  return Array.isArray(value) ? value.flatMap(scalarsOf) : [];
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `$or` is an operator only over two or more objects; otherwise it is a field of that name. */
const isAlternatives = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.length > 1 && value.every(isFields);
