import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const subfolders = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name))
    : [];

/** The name by which a bench is asked for: `dist/algorithms/kmeans.bench.js` → `kmeans`. */
export const benchName = (path: string): string => basename(path, '.bench.js');

/** Paths of all compiled benches under `root`, by name; of those that `wanted` names, where it names any. */
export function findBenches(root: string, wanted: readonly string[] = []): string[] {
  const packages = [
    ...['libs', 'services', 'apps'].flatMap((kind) => subfolders(join(root, kind))),
    join(root, 'test'),
  ];
  return packages
    .map((folder) => join(folder, 'dist'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.bench.js') && (wanted.length === 0 || wanted.includes(benchName(path))))
    .sort((a, b) => (benchName(a) < benchName(b) ? -1 : 1));
}
