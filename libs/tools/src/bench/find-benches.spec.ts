import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchName, findBenches } from './find-benches.js';

describe('findBenches', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lantern-benches-'));
    for (const path of [
      'libs/a/dist/deep/zebra.bench.js',
      'apps/b/dist/gateway.bench.js',
      'apps/b/dist/gateway.bench.d.ts',
      'apps/b/src/gateway.bench.ts',
      'test/dist/bench/suite.bench.js',
    ]) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), '');
    }
    mkdirSync(join(root, 'services', 'unbuilt'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  it('finds compiled benches of all packages and of test, by name', () => {
    expect(findBenches(root).map(benchName)).toEqual(['gateway', 'suite', 'zebra']);
  });

  it('finds only those asked for', () => {
    expect(findBenches(root, ['zebra', 'nothing'])).toEqual([
      join(root, 'libs', 'a', 'dist', 'deep', 'zebra.bench.js'),
    ]);
  });
});
