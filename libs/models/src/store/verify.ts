import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueEntry, PackagePath } from '../catalogue/entry.js';
import { hashFile } from './digest.js';
import type { ModelLibrary } from './model-library.js';
import { packageFolder, PackageMissingError } from './packages.js';

/** What a look at every byte found. */
export interface Verified {
  readonly nModels: number;
  /** A sentence each, with what to do. */
  readonly problems: readonly string[];
}

/**
 * Reads every file of the models on this machine and compares it with its digest: those that ship, those of packages,
 * and every version that was pulled or compiled.
 * @param names only these; all by default
 */
export async function verifyModels(library: ModelLibrary, names?: ReadonlySet<string>): Promise<Verified> {
  const isWanted = (name: string) => names === undefined || names.has(name);
  const shipped = library.shipped.list().filter(({ manifest }) => isWanted(manifest.name));
  const problems = library.shipped.verify(isWanted);
  const packaged = library.catalogue.list().filter((entry) => isWanted(entry.name) && packageFiles(entry).length > 0);
  for (const entry of packaged) problems.push(...(await problemsOfPackage(entry, library.packagesFrom)));
  const installed = (await library.installed.names()).filter(isWanted);
  for (const name of installed) problems.push(...(await problemsOfInstalled(library, name)));
  const all = [...shipped.map(({ manifest }) => manifest.name), ...packaged.map(({ name }) => name), ...installed];
  return { nModels: new Set(all).size, problems };
}

type PinnedPackageFile = PackagePath & { readonly sha256: string | undefined };

/** The files of packages that an entry stands on. */
function packageFiles({ files, compiled }: CatalogueEntry): PinnedPackageFile[] {
  const sources = compiled?.sources.map(({ path, sha256 }) => ({ package: compiled.package, path, sha256 })) ?? [];
  return [...sources, ...files.flatMap(({ origin, sha256 }) => (origin.kind === 'package' ? { ...origin, sha256 } : []))];
}

async function problemsOfPackage(entry: CatalogueEntry, packagesFrom: string | undefined): Promise<string[]> {
  const problems: string[] = [];
  for (const file of packageFiles(entry)) {
    const problem = await problemOfPackageFile(file, packagesFrom);
    if (problem) problems.push(`${entry.name}: ${problem}: run npm ci where the suite lies`);
  }
  return problems;
}

async function problemOfPackageFile(file: PinnedPackageFile, packagesFrom?: string): Promise<string | undefined> {
  try {
    const path = join(packageFolder(file.package, packagesFrom), file.path);
    if (!existsSync(path)) return `${file.package} has no ${file.path}`;
    const isRight = (await hashFile(path)).sha256 === file.sha256;
    return isRight ? undefined : `${file.package}/${file.path} has other content than the catalogue says`;
  } catch (error) {
    if (error instanceof PackageMissingError) return `${file.package} is not installed`;
    throw error;
  }
}

async function problemsOfInstalled({ installed, blobs }: ModelLibrary, name: string): Promise<string[]> {
  const problems: string[] = [];
  for (const { digest, manifest } of await installed.versions(name)) {
    for (const { path, sha256 } of manifest.files) {
      if (await blobs.isIntact(sha256)) continue;
      const what = (await blobs.has(sha256)) ? 'has other content than its digest says' : 'is missing';
      problems.push(`${name}@${digest.slice(0, 12)}: ${path} ${what}: lantern models pull ${name}`);
    }
  }
  return problems;
}
