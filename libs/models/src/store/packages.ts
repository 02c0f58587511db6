import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A dependency that should be installed with the suite, and is not. */
export class PackageMissingError extends Error {
  constructor(name: string) {
    super(`the package ${name} is not installed: run npm install where the suite lies`);
    this.name = 'PackageMissingError';
  }
}

/** Where an installed npm package lies, looked for as Node does: in each node_modules folder from here upwards. */
export function packageFolder(name: string, from = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (dirname(folder) === folder) throw new PackageMissingError(name);
  }
}

/** The version in its package.json. */
export function packageVersion(name: string, from?: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(name, from), 'package.json'), 'utf8')) as {
    version?: unknown;
  };
  return typeof version === 'string' ? version : 'unknown';
}
