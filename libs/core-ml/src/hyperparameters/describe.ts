import { accepted } from './parse.js';
import type { Schema, Spec } from './schema.js';

/** A Markdown table of a schema, for the algorithm's README. */
export function hyperparameterTable(schema: Schema): string {
  const rows = Object.entries(schema).map(([name, spec]) => {
    const byDefault = spec.default === undefined ? 'required' : `\`${writtenValue(spec.default)}\``;
    return `| \`${name}\` | ${byDefault} | ${accepted(spec)} | ${spec.doc}${spec.ours === true ? ' (ours)' : ''} |`;
  });
  return ['| Name | Default | Accepts | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** Values that each constraint must refuse, as the strings a client would send. */
export function badValues(spec: Spec): string[] {
  const never = ['', 'abc', 'NaN', 'Infinity', 'null', '[1]'];
  if (spec.kind === 'oneOf') return [...never, `${spec.choices[0] ?? ''}x`];
  if (spec.kind === 'bool') return [...never, '2', 'yes'];
  const bad = [...never, '0x10', '1e999', '1,5'];
  if (spec.kind === 'int') bad.push('1.5', '9007199254740993');
  const step = spec.kind === 'int' ? 1 : 0.001;
  if (spec.min !== undefined) bad.push(String(spec.min - step));
  if (spec.above !== undefined) bad.push(String(spec.above), String(spec.above - step));
  if (spec.max !== undefined) bad.push(String(spec.max + step));
  return bad;
}

/** A value as SageMaker writes it. */
export function writtenValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
