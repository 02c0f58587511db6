import type { NumberSpec, Schema, Spec, ValuesOf } from './schema.js';

/** Hyperparameters that cannot be used; the message names each and says what would be accepted. */
export class HyperparameterError extends Error {
  override readonly name = 'HyperparameterError';
}

/**
 * Reads hyperparameters as SageMaker sends them: a map of strings.
 * @throws HyperparameterError with every fault: unknown names, missing ones, values outside their limits.
 */
export function parseHyperparameters<S extends Schema>(
  schema: S,
  given: Readonly<Record<string, string>>,
): ValuesOf<S> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) faults.push(`${name} is not a hyperparameter of this algorithm`);
  }
  for (const [name, spec] of Object.entries(schema)) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    if (text === undefined) {
      if (spec.default === undefined) faults.push(`${name} is required`);
      values[name] = spec.default;
      continue;
    }
    const value = readValue(spec, text);
    if (value === undefined) faults.push(`${name} must be ${accepted(spec)}, not ${JSON.stringify(text)}`);
    values[name] = value;
  }
  if (faults.length > 0) throw new HyperparameterError(`Invalid hyperparameters: ${faults.join('; ')}.`);
  // Every key of the schema has been read by its own spec.
  return values as ValuesOf<S>;
}

function readValue(spec: Spec, text: string): unknown {
  const trimmed = text.trim();
  switch (spec.kind) {
    case 'oneOf':
      return spec.choices.includes(trimmed) ? trimmed : undefined;
    case 'bool':
      if (/^(true|1)$/i.test(trimmed)) return true;
      return /^(false|0)$/i.test(trimmed) ? false : undefined;
    case 'int':
      return /^[+-]?\d+$/.test(trimmed) ? inRange(spec, Number(trimmed)) : undefined;
    case 'float':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? inRange(spec, Number(trimmed)) : undefined;
  }
}

function inRange(spec: NumberSpec, value: number): number | undefined {
  if (!Number.isFinite(value) || (spec.kind === 'int' && !Number.isSafeInteger(value))) return undefined;
  if (spec.min !== undefined && value < spec.min) return undefined;
  if (spec.max !== undefined && value > spec.max) return undefined;
  if (spec.above !== undefined && value <= spec.above) return undefined;
  return value;
}

/** What a hyperparameter accepts, in words: `a whole number of at least 1`. */
export function accepted(spec: Spec): string {
  if (spec.kind === 'oneOf') return `one of ${spec.choices.join(', ')}`;
  if (spec.kind === 'bool') return 'True or False';
  const noun = spec.kind === 'int' ? 'a whole number' : 'a number';
  const limits = [
    spec.min === undefined ? '' : `at least ${spec.min}`,
    spec.above === undefined ? '' : `above ${spec.above}`,
    spec.max === undefined ? '' : `at most ${spec.max}`,
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? noun : `${noun}, ${limits.join(' and ')}`;
}
