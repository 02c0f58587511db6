import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { CompileSourceError } from '../source-error.js';
import { readExportedLiteral, ScriptLiteralError } from './script-literal.js';

/** What a description file says, and in which of the known forms. */
export type Description =
  /** A TensorFlow.js model: `{ modelTopology, weightsManifest }`. */
  | { readonly kind: 'tensorflow'; readonly model: Readonly<Record<string, unknown>>; readonly isScript: boolean }
  /** A list of weights whose architecture is known by name. */
  | { readonly kind: 'weights'; readonly manifest: readonly unknown[] };

/** Descriptions hold names and shapes, not weights: real ones stay below a megabyte. */
const largestDescriptionBytes = 64 * 2 ** 20;

/**
 * Reads a file that may describe a network.
 * @returns undefined where it is something else, e.g. a package.json
 * @throws CompileSourceError where it is too large, or is no JSON although its name says so
 */
export async function readDescription(path: string): Promise<Description | undefined> {
  const { size } = await stat(path);
  if (size > largestDescriptionBytes) throw new CompileSourceError(`${path}: too large to describe a network`);
  const text = await readFile(path, 'utf8');
  const isScript = extname(path) !== '.json';
  const value: unknown = isScript ? parseScript(text, path) : parseJson(text, path);
  if (Array.isArray(value)) return value.every(isWeightGroup) ? { kind: 'weights', manifest: value } : undefined;
  if (!isRecord(value) || !('modelTopology' in value)) return undefined;
  return { kind: 'tensorflow', model: value, isScript };
}

/** Whether a file's name lets expect a description: JSON, or a bundled `model.min.js`. */
export const mayDescribe = (path: string): boolean =>
  (extname(path) === '.json' && basename(path) !== 'package.json') || /^model(?:\.min)?\.js$/.test(basename(path));

/** `models/blazeface.json` → `blazeface`, `mobilenet_v2/model.json` → `mobilenet_v2`, `x-weights_manifest.json` → `x`. */
export function networkName(path: string): string {
  const name = basename(path).replace(/(?:[-_]weights_manifest)?\.json$|(?:\.min)?\.js$/, '');
  return name === 'model' || name === '' ? basename(dirname(path)) : name;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CompileSourceError(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The literal that a bundled script exports. @throws CompileSourceError where it exports none */
export function parseScript(text: string, path: string): unknown {
  try {
    return readExportedLiteral(text);
  } catch (error) {
    if (!(error instanceof ScriptLiteralError)) throw error;
    throw new CompileSourceError(`${path} is not a bundled literal: ${error.message}`, { cause: error });
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWeightGroup = (group: unknown) =>
  isRecord(group) && Array.isArray(group['paths']) && Array.isArray(group['weights']);
