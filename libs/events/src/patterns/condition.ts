import { compileCidr } from './cidr.js';
import { compileGlob } from './glob.js';
import { PatternError } from './pattern-error.js';

/** A value that a condition judges: what is neither an object nor a list. */
export type Scalar = string | number | boolean | null;

/** One entry of a field's list in a pattern. */
export interface Condition {
  /** Whether a field without any value fulfils it. */
  readonly holdsForAbsent: boolean;
  readonly holds: (value: Scalar) => boolean;
}

type Test = (value: Scalar) => boolean;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html (read 2026-11) */
const operators: Readonly<Record<string, (operand: unknown) => Condition>> = {
  exists: (operand) => {
    if (typeof operand !== 'boolean') throw new PatternError('exists match pattern must be either true or false.');
    return { holdsForAbsent: !operand, holds: () => operand };
  },
  prefix: (operand) => present(affix('prefix', operand)),
  suffix: (operand) => present(affix('suffix', operand)),
  'equals-ignore-case': (operand) => present(ignoringCase(textOf('equals-ignore-case', operand))),
  wildcard: (operand) => present(onText(compileGlob(textOf('wildcard', operand)))),
  cidr: (operand) => present(onText(compileCidr(textOf('prefix', operand)))),
  numeric: (operand) => present(numeric(operand)),
  'anything-but': (operand) => present(anythingBut(operand)),
};

/**
 * Compiles an entry: a value that must be equal, or an object with one operator.
 * @throws PatternError
 */
export function compileCondition(entry: unknown): Condition {
  if (isScalar(entry)) return present((value) => value === entry);
  if (Array.isArray(entry) || typeof entry !== 'object' || entry === null)
    throw new PatternError('Match value must be String, number, true, false, or null');
  const [[name, operand] = ['', undefined], ...more] = Object.entries(entry) as [string, unknown][];
  if (more.length > 0) throw new PatternError('Only one key allowed in match expression');
  const compile = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!compile) throw new PatternError(`Unrecognized match type ${name}`);
  return compile(operand);
}

/** Whether a value may stand in a field's list as it is. */
export const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const present = (holds: Test): Condition => ({ holdsForAbsent: false, holds });

const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

function ignoringCase(operand: string): Test {
  const wanted = operand.toLowerCase();
  return onText((text) => text.toLowerCase() === wanted);
}

function textOf(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw new PatternError(`${operator} match pattern must be a string`);
  return operand;
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`; `suffix` likewise. */
function affix(kind: 'prefix' | 'suffix', operand: unknown): Test {
  const inner = innerOperand(operand, 'equals-ignore-case');
  const wanted = textOf(kind, inner ?? operand);
  const fits = (text: string, part: string) => (kind === 'prefix' ? text.startsWith(part) : text.endsWith(part));
  if (inner === undefined) return onText((text) => fits(text, wanted));
  const folded = wanted.toLowerCase();
  return onText((text) => fits(text.toLowerCase(), folded));
}

function innerOperand(operand: unknown, name: string): unknown {
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) return undefined;
  return (operand as Record<string, unknown>)[name];
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0]` or `[">", 0, "<=", 5]`: a lower bound first, then an upper one. */
function numeric(operand: unknown): Test {
  if (!Array.isArray(operand)) throw new PatternError('Value of numeric must be an array.');
  const terms = operand as unknown[];
  if (terms.length === 0) throw new PatternError('Invalid member in numeric match: ]');
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < terms.length; i += 2) {
    const [operator, bound] = [terms[i], terms[i + 1]];
    const compare =
      typeof operator === 'string' && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
    if (!compare) throw new PatternError(`Unrecognized numeric range operator: ${String(operator)}`);
    // Only a lower bound may be followed, and by nothing but an upper one.
    if (i > 0 && (i > 2 || !/^>/.test(String(terms[0])) || !/^</.test(String(operator))))
      throw new PatternError(`Bad numeric range operator: ${String(operator)}`);
    if (typeof bound !== 'number') throw new PatternError(`Value of ${String(operator)} must be numeric`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** Compilers of what `anything-but` may negate beside plain values. */
const negatable: Readonly<Record<string, (operand: string) => Test>> = {
  prefix: (operand) => affix('prefix', filled(operand)),
  suffix: (operand) => affix('suffix', filled(operand)),
  'equals-ignore-case': ignoringCase,
  wildcard: (operand) => onText(compileGlob(operand)),
};

function filled(operand: string): string {
  if (operand === '') throw new PatternError('Null prefix/suffix not allowed');
  return operand;
}

/** `anything-but` a value, any value of a list, or what an inner operator with a text or a list of texts matches. */
function anythingBut(operand: unknown): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) return anythingButMatch(operand);
  const values = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  if (!values.every((value) => typeof value === 'string' || typeof value === 'number') || values.length === 0)
    throw new PatternError(
      Array.isArray(operand)
        ? 'Inside anything but list, start|null|boolean is not supported.'
        : 'Value of anything-but must be an array or single string/number value.',
    );
  const excluded = new Set<Scalar>(values);
  return (value) => !excluded.has(value);
}

function anythingButMatch(operand: object): Test {
  const [[name, inner] = ['', undefined], ...more] = Object.entries(operand) as [string, unknown][];
  const compile = Object.hasOwn(negatable, name) ? negatable[name] : undefined;
  if (!compile || more.length > 0) throw new PatternError(`Unsupported anything-but pattern: ${name}`);
  const texts = Array.isArray(inner) ? (inner as unknown[]) : [inner];
  if (texts.length === 0) throw new PatternError('Empty arrays are not allowed');
  const tests = texts.map((text) => {
    if (typeof text === 'string') return compile(text);
    throw new PatternError(
      name === 'equals-ignore-case'
        ? 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
        : `${name === 'wildcard' ? 'wildcard' : 'prefix/suffix'} match pattern must be a string`,
    );
  });
  return (value) => !tests.some((test) => test(value));
}
