import type { BatchingLimits, CatalogueEntry, TensorSpec } from '../catalogue/entry.js';
import { isRecord } from '../catalogue/fields.js';
import { ManifestError, parseManifest, type ModelFile, type ModelManifest } from './manifest.js';

/** Where the bytes of an installed model came from. */
export type InstalledFrom =
  /** `pins` is a digest over those that the catalogue had then: an entry with other pins is another version. */
  | { readonly kind: 'pulled'; readonly pins: string }
  | { readonly kind: 'compiled'; readonly package: string; readonly sourceDigest: string };

/** What the store keeps of a model that was pulled or compiled: the catalogue's words at that time, and its files. */
export interface InstalledManifest extends ModelManifest {
  readonly languages: readonly string[];
  readonly preference: number;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly batching?: BatchingLimits;
  readonly from: InstalledFrom;
  /** ISO 8601. */
  readonly installedAt: string;
}

/** The manifest of an entry whose files are in the store. */
export function manifestOf(
  entry: CatalogueEntry,
  files: readonly ModelFile[],
  from: InstalledFrom,
  installedAt: Date,
): InstalledManifest {
  const { name, task, languages, licence, source, preference, inputs, outputs, batching, quality } = entry;
  const kept = { name, task, languages, licence, source, preference, inputs, outputs, quality };
  return { ...kept, ...(batching && { batching }), files, from, installedAt: installedAt.toISOString() };
}

/**
 * Reads a manifest that this store wrote.
 * @throws ManifestError where it was changed, or a later version wrote it
 */
export function parseInstalledManifest(path: string, json: string): InstalledManifest {
  const manifest: ModelManifest & { [member in keyof InstalledManifest]?: unknown } = parseManifest(path, json);
  const isList = (value: unknown) => Array.isArray(value);
  const problems = [
    ...(['languages', 'inputs', 'outputs'] as const).filter((name) => !isList(manifest[name])),
    ...(typeof manifest.preference === 'number' ? [] : ['preference']),
    ...(isRecord(manifest.from) && ['pulled', 'compiled'].includes(String(manifest.from.kind)) ? [] : ['from']),
    ...(typeof manifest.installedAt === 'string' ? [] : ['installedAt']),
  ];
  if (problems.length > 0) throw new ManifestError(path, [`has no usable ${problems.join(', ')}: pull the model again`]);
  // The members above were checked; the tensors' specifications are the catalogue's, which were checked when written.
  return manifest as InstalledManifest;
}
