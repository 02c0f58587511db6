import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CatalogueError, type CatalogueEntry } from './entry.js';
import { readEntry } from './read-entry.js';

/** The folder of entries that ships with the suite. */
export const shippedCatalogue = join(import.meta.dirname, '..', '..', 'catalog');

/** The models that can be had: a folder of `<name>.yaml`. Reads on the command line and at start only, hence synchronously. */
export class Catalogue {
  constructor(readonly folder = shippedCatalogue) {}

  /**
   * Every entry, ordered by name.
   * @throws CatalogueError for the first entry that breaks the rules; `check` lists all
   */
  list(): readonly CatalogueEntry[] {
    return entryNames(this.folder).map((name) => readEntryFile(join(this.folder, `${name}.yaml`)));
  }

  /** @returns undefined where the catalogue has no such name */
  find(name: string): CatalogueEntry | undefined {
    return entryNames(this.folder).includes(name) ? readEntryFile(join(this.folder, `${name}.yaml`)) : undefined;
  }

  /** Every violation of every entry. */
  check(): readonly string[] {
    return entryNames(this.folder).flatMap((name) => {
      try {
        readEntryFile(join(this.folder, `${name}.yaml`));
        return [];
      } catch (error) {
        if (!(error instanceof CatalogueError)) throw error;
        return error.problems.map((problem) => `${name}.yaml: ${problem}`);
      }
    });
  }
}

/**
 * Reads an entry from its file.
 * @throws CatalogueError also where the file has another name than the entry
 */
export function readEntryFile(path: string): CatalogueEntry {
  const entry = readEntry(path, readFileSync(path, 'utf8'));
  const name = basename(path, '.yaml');
  if (entry.name !== name) throw new CatalogueError(path, [`name is ${entry.name}, but the file is ${name}.yaml`]);
  return entry;
}

const entryNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
