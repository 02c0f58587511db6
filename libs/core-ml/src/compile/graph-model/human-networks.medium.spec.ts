import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  drawing,
  largestDifference,
  noise,
  openPair,
  photograph,
  pixelRanges,
  useBackend,
  type HumanNetwork,
} from './human-networks.fixture.js';

const networks = Object.keys(pixelRanges) as HumanNetwork[];
const datasets = process.env['LANTERN_DATASETS'];

function photographs(): string[] {
  const images = join(datasets ?? '', 'vision', 'images');
  return ['faces', 'coco-person'].flatMap((folder) =>
    readdirSync(join(images, folder))
      .filter((file) => /\.jpe?g$/.test(file))
      .slice(0, 3)
      .map((file) => join(images, folder, file)),
  );
}

// The bound is relative where outputs are larger than one: boxes and landmarks are in pixels.
describe("every network of Human's but handtrack, beside TensorFlow.js's WASM backend", () => {
  beforeAll(() => useBackend('wasm'));

  it.each(networks)('%s gives the same outputs within 1e-3 for noise and drawings', async (name) => {
    const pair = await openPair(name);
    for (const seed of [1, 2, 3]) {
      expect(await largestDifference(pair, noise(pair, seed))).toBeLessThan(1e-3);
      expect(await largestDifference(pair, drawing(pair, seed))).toBeLessThan(1e-3);
    }
    await pair.session.release();
    pair.reference.dispose();
  });

  it.skipIf(datasets === undefined || !existsSync(datasets)).each(networks)(
    '%s gives the same outputs within 1e-3 for photographs (skipped: no LANTERN_DATASETS)',
    async (name) => {
      const files = photographs();
      expect(files.length).toBeGreaterThan(3);
      const pair = await openPair(name);
      for (const file of files) expect(await largestDifference(pair, await photograph(pair, file))).toBeLessThan(1e-3);
      await pair.session.release();
      pair.reference.dispose();
    },
  );
});
