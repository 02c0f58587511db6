// Compiles core-ml's AssemblyScript kernels into TypeScript files that hold the WebAssembly as base64, because core-ml
// reads no files. The results are committed; run this after a change in libs/core-ml/assembly. With --check it writes
// nothing and fails where a result is not what its source compiles to.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const kernels = [
  { source: 'libs/core-ml/assembly/sgd.ts', target: 'libs/core-ml/src/algorithms/text/blazingtext/sgd-kernel.wasm.ts' },
];
const flags = '-O3 --noAssert --runtime stub --enable simd --enable threads --importMemory --sharedMemory'.split(' ');

const check = process.argv.includes('--check');

for (const { source, target } of kernels) {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  try {
    const out = join(folder, 'kernel.wasm');
    const asc = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
    execFileSync(process.execPath, [asc, source, ...flags, '--maximumMemory', '65536', '-o', out], { cwd: root });
    const lines = readFileSync(out)
      .toString('base64')
      .match(/.{1,100}/g);
    const text = [
      `// Generated from ${source} by libs/tools/build-kernels.mjs; do not edit.`,
      '',
      '/** WebAssembly as base64. */',
      'export const SGD_KERNEL =',
      lines.map((line) => `  '${line}'`).join(' +\n') + ';',
      '',
    ].join('\n');
    const path = join(root, target);
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${target} is not what ${source} compiles to: run node libs/tools/build-kernels.mjs`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
