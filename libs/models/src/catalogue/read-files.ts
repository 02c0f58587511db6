import {
  archiveFormats,
  type ArchiveFormat,
  type CatalogueArchive,
  type CatalogueFile,
  type CompiledSource,
  type FileOrigin,
} from './entry.js';
import { isPlainPath, isPublicUrl, plainName, sha256Pattern, type Fields } from './fields.js';

const digest = { pattern: sha256Pattern, not: 'a SHA-256 digest (64 lower-case hexadecimal digits)' };
const address = { pattern: isPublicUrl, not: 'an https address' };
const path = { pattern: isPlainPath, not: 'a path below a folder' };
const packageName = { pattern: /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/, not: 'the name of a package' };

/** Reads `files`. */
export function readFiles(fields: Fields, archives: readonly CatalogueArchive[]): CatalogueFile[] {
  const files = fields.items('files').map((file) => {
    const origin = readOrigin(file, archives);
    const isMember = origin.kind === 'member';
    const sha256 = file.text('sha256', { ...digest, optional: isMember });
    const read = {
      path: file.text('path', path),
      sha256: sha256 || undefined,
      sizeBytes: readSize(file, { optional: isMember }),
      origin,
    };
    file.end();
    return read;
  });
  const paths = files.map((file) => file.path);
  paths.forEach((name, i) => {
    if (name && paths.indexOf(name) < i) fields.problem(`files[${i}]`, `has the path of another file, ${name}`);
  });
  return files;
}

function readOrigin(file: Fields, archives: readonly CatalogueArchive[]): FileOrigin {
  const given = ['url', 'archive', 'from'].filter((name) => file.has(name));
  if (given.length > 1) file.problem(given[1] ?? '', `says another origin than ${given[0]}`);
  if (file.has('from')) {
    const from = file.inner('from');
    const origin = { kind: 'package', package: from.text('package', packageName), path: from.text('path', path) } as const;
    from.end();
    return origin;
  }
  if (!file.has('archive')) return { kind: 'url', url: file.text('url', address) };
  const archive = file.text('archive', {
    pattern: (name) => archives.some((known) => known.name === name),
    not: "one of the entry's archives",
  });
  return { kind: 'member', archive, member: file.text('member', path) };
}

/** Reads `archives`. */
export function readArchives(fields: Fields): CatalogueArchive[] {
  return fields.items('archives', { optional: true }).map((archive) => {
    const read = {
      name: archive.text('name', { pattern: plainName, not: 'a plain name' }),
      // The pattern admits only the formats.
      format: archive.text('format', {
        pattern: (format) => archiveFormats.some((known) => known === format),
        not: `one of ${archiveFormats.join(', ')}`,
      }) as ArchiveFormat,
      url: archive.text('url', address),
      sha256: archive.text('sha256', digest),
      sizeBytes: readSize(archive),
    };
    archive.end();
    return read;
  });
}

/** Reads `from` and `sources`: a network in a package that is compiled before its first use. */
export function readCompiled(fields: Fields): CompiledSource {
  for (const other of ['files', 'archives']) {
    if (fields.has(other)) fields.problem(other, 'does not go with from');
  }
  const from = fields.inner('from');
  const entry = from.text('entry', { optional: true });
  const source = { package: from.text('package', packageName), path: from.text('path', path), ...(entry && { entry }) };
  from.end();
  const sources = fields.items('sources').map((file) => {
    const read = {
      path: file.text('path', path),
      sha256: file.text('sha256', digest),
      sizeBytes: file.number('sizeBytes', { min: 0, integer: true }),
    };
    file.end();
    return read;
  });
  if (sources.length > 0 && !sources.some((file) => file.path === source.path))
    fields.problem('sources', `do not hold from.path, ${source.path}`);
  return { ...source, sources };
}

/** Bytes; `unknown` says that the publisher names no size, so that nobody forgets one in silence. */
function readSize(file: Fields, { optional = false } = {}): number | undefined {
  if (file.member('sizeBytes') === 'unknown' || (optional && !file.has('sizeBytes'))) return undefined;
  return file.number('sizeBytes', { min: 0, integer: true });
}
