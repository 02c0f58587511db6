import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** npm's rule for names (https://docs.npmjs.com/cli/configuring-npm/package-json#name), without capitals of old. */
const packageName = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/;

export const isPackageName = (source: string): boolean => packageName.test(source);

/**
 * The folder of an installed package: of this lib's own dependencies first, whose versions are pinned, then of those
 * installed where the program runs.
 */
export function findPackage(name: string, workingDirectory: string): string | undefined {
  if (!isPackageName(name)) return undefined;
  const origins = [import.meta.url, pathToFileURL(join(workingDirectory, 'package.json')).href];
  const folders = origins.flatMap((origin) => createRequire(origin).resolve.paths(name) ?? []);
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')));
}
