// Builds every package incrementally, then the program's bundle. Plain JavaScript because it runs before anything is compiled.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-b', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
if (status === 0 && process.argv.length === 2) {
  await bundle(root).catch((error) => console.error(`No bundle, so starts are slower: ${error.message}`));
}
process.exit(status ?? 1);
