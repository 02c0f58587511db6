import { parse } from 'yaml';
import type { ModelQuality } from '../store/manifest.js';
import { readFiles, readArchives, readCompiled } from './read-files.js';
import { CatalogueError, type BatchingLimits, type CatalogueEntry, type TensorSpec } from './entry.js';
import { Fields, isPublicUrl, plainName } from './fields.js';

/** Longest entry; more is no description of a model. */
const MAX_ENTRY_BYTES = 256 * 1024;

/** Licences of weights that anyone may use, change and pass on; share-alike and attribution are the user's to honour. */
export const acceptedWeightLicences: readonly string[] = [
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
];

const elementTypes = new Set(
  'float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string'.split(' '),
);

/**
 * Reads one entry of the catalogue.
 * @param path named in the error; for a catalogue's own file the last segment must be `<name>.yaml`
 * @throws CatalogueError with every violation at once
 */
export function readEntry(path: string, yaml: string): CatalogueEntry {
  if (yaml.length > MAX_ENTRY_BYTES) throw new CatalogueError(path, [`is longer than ${MAX_ENTRY_BYTES} bytes`]);
  let value: unknown;
  try {
    // No aliases: an entry needs none, and a few lines of them can stand for gigabytes.
    value = parse(yaml, { maxAliasCount: 0, uniqueKeys: true, schema: 'core' });
  } catch (cause) {
    throw new CatalogueError(path, [`is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  const problems: string[] = [];
  const fields = Fields.of(value, '', problems);
  const entry = entryOf(fields);
  fields.end();
  if (problems.length > 0) throw new CatalogueError(path, problems);
  return entry;
}

function entryOf(fields: Fields): CatalogueEntry {
  const plain = { pattern: plainName, not: 'a plain name' };
  const compiled = fields.has('from') ? readCompiled(fields) : undefined;
  const archives = readArchives(fields);
  return {
    name: fields.text('name', plain),
    task: fields.text('task', plain),
    languages: fields.list('languages', { optional: true }).map(String),
    licence: fields.text('licence', {
      pattern: (licence) => acceptedWeightLicences.includes(licence),
      not: `an accepted licence (${acceptedWeightLicences.join(', ')})`,
    }),
    source: fields.text('source', { pattern: isPublicUrl, not: 'an https address' }),
    note: fields.text('note', { optional: true }) || undefined,
    preference: fields.number('preference', { fallback: 0 }),
    inputs: readTensors(fields, 'inputs'),
    outputs: readTensors(fields, 'outputs'),
    batching: readBatching(fields),
    files: compiled ? [] : readFiles(fields, archives),
    archives,
    compiled,
    quality: readQuality(fields),
  };
}

function readTensors(fields: Fields, name: 'inputs' | 'outputs'): TensorSpec[] {
  return fields.items(name, { optional: true }).map((tensor) => {
    const spec = {
      name: tensor.text('name'),
      dtype: tensor.text('dtype', { pattern: (type) => elementTypes.has(type), not: 'an element type of ONNX' }),
      shape: readShape(tensor),
    };
    tensor.end();
    return spec;
  });
}

/** A scalar's shape is the empty list. */
function readShape(tensor: Fields): (string | number)[] {
  const shape = tensor.member('shape');
  const fits = (size: unknown) =>
    (typeof size === 'string' && size !== '') || (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0);
  if (Array.isArray(shape) && shape.every(fits)) return shape as (string | number)[];
  tensor.problem('shape', 'is not a list of sizes and names');
  return [];
}

function readBatching(fields: Fields): BatchingLimits | undefined {
  if (!fields.has('batching')) return undefined;
  const batching = fields.inner('batching');
  const limits = {
    maxSize: batching.number('maxSize', { min: 1, integer: true }),
    maxDelayMs: batching.number('maxDelayMs', { min: 0 }),
  };
  batching.end();
  return limits;
}

/** One figure or several. Mandatory: a model whose quality nobody measured is not offered. */
function readQuality(fields: Fields): ModelQuality[] {
  const isList = Array.isArray(fields.member('quality'));
  if (!fields.has('quality')) fields.problem('quality', 'is missing');
  const figures = isList ? fields.items('quality') : fields.has('quality') ? [fields.inner('quality')] : [];
  return figures.map(readFigure);
}

/** Ours says when it was measured; one that others state says where, and when it was read there. */
function readFigure(figure: Fields): ModelQuality {
  const date = { pattern: /^\d{4}-\d{2}(-\d{2})?$/, not: 'a date as YYYY-MM-DD or YYYY-MM' };
  const note = figure.text('note', { optional: true });
  const known = {
    dataset: figure.text('dataset'),
    metric: figure.text('metric'),
    value: figure.number('value'),
    ...(note && { note }),
  };
  const origin = figure.has('source')
    ? { source: figure.text('source', { pattern: isPublicUrl, not: 'an https address' }), read: figure.text('read', date) }
    : { measured: figure.text('measured', date) };
  figure.end();
  return { ...known, ...origin };
}
