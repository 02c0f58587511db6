import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { benchName, findBenches } from './find-benches.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/**
 * `npm run bench [-- <name>…]`: runs compiled `*.bench.js` programs one after the other, each in a process of its own, so
 * that none is measured beside another. A bench fails by its exit code.
 */
function main(): void {
  const wanted = process.argv.slice(2);
  const benches = findBenches(root, wanted);
  const found = new Set(benches.map(benchName));
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0 || benches.length === 0) {
    const all = findBenches(root).map(benchName).join(', ') || 'none yet';
    console.error(`no bench named ${missing.join(', ') || '*'}; there are: ${all}`);
    process.exitCode = 1;
    return;
  }
  const failed = benches.filter((path) => {
    console.log(`\n== ${benchName(path)}`);
    return spawnSync(process.execPath, [path], { cwd: root, stdio: 'inherit' }).status !== 0;
  });
  if (failed.length === 0) return;
  console.error(`\nfailed: ${failed.map(benchName).join(', ')}`);
  process.exitCode = 1;
}

main();
