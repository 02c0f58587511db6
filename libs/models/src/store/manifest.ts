/** One file of a model: its path below the model's folder, its content's digest and its size. */
export interface ModelFile {
  readonly path: string;
  /** Lower-case hexadecimal, 64 digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * A figure on public data: measured by us, with the command that makes it again in the model's card; or stated by others,
 * with the address where it was read.
 */
export interface ModelQuality {
  readonly dataset: string;
  readonly metric: string;
  readonly value: number;
  /** When we measured it: `YYYY-MM-DD` or `YYYY-MM`. */
  readonly measured?: string;
  /** Where it is stated, if it is not ours. */
  readonly source?: string;
  /** When it was read there. */
  readonly read?: string;
  /** What the figure does not say, such as the precision it was measured with. */
  readonly note?: string;
}

/** What `manifest.json` in a model's folder says. */
export interface ModelManifest {
  readonly name: string;
  readonly task: string;
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
  /** Where a person can read about it: a URL, or a path in this repository. */
  readonly source: string;
  readonly files: readonly ModelFile[];
  readonly quality: readonly ModelQuality[];
}

/** A manifest that breaks the rules, with all of its violations. */
export class ManifestError extends Error {
  constructor(
    readonly path: string,
    readonly problems: readonly string[],
  ) {
    super(`${path}: ${problems.join('; ')}`);
    this.name = 'ManifestError';
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const words = ['name', 'task', 'licence', 'source'] as const;

/** Names that are safe as a single path segment. */
const segment = /^[a-z0-9][a-z0-9._-]{0,79}$/;

/**
 * Reads a manifest's JSON.
 * @param path named in the error
 * @throws ManifestError with every violation at once
 */
export function parseManifest(path: string, json: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ManifestError(path, [`is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  if (!isRecord(value)) throw new ManifestError(path, ['is not an object']);
  const problems: string[] = [];
  for (const word of words) {
    if (typeof value[word] !== 'string' || value[word] === '') problems.push(`${word} is missing`);
  }
  for (const word of ['name', 'task'] as const) {
    const given = value[word];
    if (typeof given === 'string' && given && !segment.test(given)) problems.push(`${word} "${given}" is not a plain name`);
  }
  const files = Array.isArray(value.files) ? (value.files as unknown[]) : [];
  if (files.length === 0) problems.push('files is missing or empty');
  files.forEach((file, i) => problems.push(...problemsOfFile(file).map((problem) => `files[${i}] ${problem}`)));
  const quality = Array.isArray(value.quality) ? (value.quality as unknown[]) : [value.quality];
  quality.forEach((entry, i) => problems.push(...problemsOfQuality(entry).map((problem) => `quality[${i}] ${problem}`)));
  if (problems.length > 0) throw new ManifestError(path, problems);
  // Every member was checked above.
  return { ...(value as unknown as ModelManifest), quality: quality as ModelQuality[] };
}

function problemsOfFile(file: unknown): string[] {
  if (!isRecord(file)) return ['is not an object'];
  const problems: string[] = [];
  const { path, sha256, sizeBytes } = file;
  if (typeof path !== 'string' || !path.split('/').every((part) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(part)))
    problems.push('has no path below its folder');
  // A digest is checked before anything is compared with it or named after it.
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) problems.push('has no SHA-256 digest');
  if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    problems.push('has no size in bytes');
  return problems;
}

function problemsOfQuality(quality: unknown): string[] {
  if (!isRecord(quality)) return ['is missing: a model without a measured quality is not shipped'];
  const problems: string[] = [];
  if (typeof quality.dataset !== 'string') problems.push('names no dataset');
  if (typeof quality.metric !== 'string') problems.push('names no metric');
  if (typeof quality.value !== 'number' || !Number.isFinite(quality.value)) problems.push('has no value');
  const date = typeof quality.source === 'string' ? quality.read : quality.measured;
  if (typeof date !== 'string' || !/^\d{4}-\d{2}(-\d{2})?$/.test(date)) problems.push('has no date');
  return problems;
}
