import { SourceModelError } from '../errors.js';

/** Element types in a TensorFlow.js manifest that have an ONNX counterpart here. */
const weightTypes = ['float32', 'int32', 'bool', 'uint8', 'string'] as const;
export type WeightType = (typeof weightTypes)[number];

/**
 * How a weight is stored when its file holds fewer bits than its type: `float16` bit patterns, or integers q that stand
 * for q * scale + min.
 */
export type WeightQuantization =
  { readonly dtype: 'float16' } | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number };

export interface WeightEntry {
  readonly name: string;
  /** Outermost first; empty for a scalar. */
  readonly shape: readonly number[];
  readonly dtype: WeightType;
  readonly quantization?: WeightQuantization;
}

/** Weights that lie one after another in the concatenation of the files that `paths` names. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/**
 * Checks the `weightsManifest` of a TensorFlow.js model.json, or a face-api weights manifest, which has the same form.
 * The format is that of tfjs-core's `io/types.ts` (`WeightsManifestConfig`).
 *
 * @throws SourceModelError which names the offending entry
 */
export function parseWeightsManifest(manifest: unknown): WeightGroup[] {
  if (!Array.isArray(manifest)) throw new SourceModelError('the weights manifest is not a list of groups');
  return manifest.map((group: unknown, index) => {
    const at = `weights manifest, group ${index}`;
    if (!isRecord(group) || !Array.isArray(group['paths']) || !Array.isArray(group['weights'])) {
      throw new SourceModelError(`${at}: expected { paths, weights }`);
    }
    const paths = group['paths'].map((path: unknown) => {
      if (typeof path !== 'string') throw new SourceModelError(`${at}: a path is not a string`);
      return path;
    });
    return { paths, weights: group['weights'].map((weight: unknown) => parseEntry(weight, at)) };
  });
}

function parseEntry(entry: unknown, at: string): WeightEntry {
  if (!isRecord(entry) || typeof entry['name'] !== 'string') throw new SourceModelError(`${at}: a weight has no name`);
  const { name, shape, dtype, quantization } = entry as { name: string } & Record<string, unknown>;
  const where = `${at}, weight '${name}'`;
  if (!Array.isArray(shape) || !shape.every((length): length is number => isLength(length))) {
    throw new SourceModelError(`${where}: the shape is not a list of lengths`);
  }
  const type = weightTypes.find((known) => known === dtype);
  if (type === undefined) throw new SourceModelError(`${where}: unsupported element type ${JSON.stringify(dtype)}`);
  if (quantization === undefined || quantization === null) return { name, shape, dtype: type };
  if (type !== 'float32' && type !== 'int32') throw new SourceModelError(`${where}: a quantised ${type}`);
  return { name, shape, dtype: type, quantization: parseQuantization(quantization, type, where) };
}

function parseQuantization(quantization: unknown, type: WeightType, where: string): WeightQuantization {
  const { dtype, scale, min } = isRecord(quantization) ? quantization : {};
  if (dtype === 'float16' && type === 'float32') return { dtype };
  if (dtype !== 'uint8' && dtype !== 'uint16') {
    throw new SourceModelError(`${where}: unsupported quantisation ${JSON.stringify(dtype)} of ${type}`);
  }
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    throw new SourceModelError(`${where}: quantisation to ${dtype} needs a scale and a min`);
  }
  return { dtype, scale: Number(scale), min: Number(min) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
