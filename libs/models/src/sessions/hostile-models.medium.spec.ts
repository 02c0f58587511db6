import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Rng, type ElementType } from '@lantern/core-ml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../store/packages.js';
import { ModelLoadError, ModelRunError } from './errors.js';
import { ModelSessions, type ModelFileSource } from './model-sessions.js';
import { warmUpFeeds } from './runtime/warm-up.js';
import { endless, growing, identity, increment, lookUp, slow, sourceOf } from './tiny-models.fixture.js';

/** Files that are cut, changed, or joined from two: what a broken disk, a broken download or an attacker makes. */
const nFiles = 2_000;
const seed = 20_261;

describe('hostile model files', () => {
  let sessions: ModelSessions;
  beforeAll(() => void (sessions = new ModelSessions({ workers: 1, memoryBytes: 512 * 2 ** 20, trialTimeoutMs: 1_500 })));
  afterAll(() => sessions.close());

  it('each get a clear error or run, and the process and its memory stay as they are', async () => {
    const originals = await readOriginals();
    const rng = new Rng(seed);
    const outcomes = new Map<string, number>();
    let settledBytes = 0;
    for (let i = 0; i < nFiles; i++) {
      const outcome = await tryFile(sourceOf(spoil(originals, rng)));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      // The first tenth brings what stays: the runtime's own memory, compiled code.
      if (i === nFiles / 10) settledBytes = process.memoryUsage.rss();
    }
    const grownBytes = process.memoryUsage.rss() - settledBytes;
    console.log(Object.fromEntries(outcomes), `resident memory grew by ${(grownBytes / 2 ** 20).toFixed(1)} MiB`);
    expect(outcomes.get('rejected') ?? 0).toBeGreaterThan(nFiles / 2);
    expect(outcomes.get('runs') ?? 0).toBeGreaterThan(0);
    expect(grownBytes).toBeLessThan(64 * 2 ** 20);
    expect(sessions.statistics()).toMatchObject({ models: [], usedBytes: 0 });
    await expect(tryFile(increment())).resolves.toBe('runs');
  });

  it('a small file that grows without end is ended', async () => {
    const outcome = await tryFile(growing(40));
    expect(['timeout', 'memory']).toContain(outcome);
    // The same idea in bounds is a model like others: what is refused is the growth.
    await expect(tryFile(growing(4))).resolves.toBe('runs');
  });

  /** @returns how it ended: the reason of a refusal, or whether it runs; @throws what is no clear error */
  async function tryFile(file: ModelFileSource): Promise<string> {
    try {
      const session = await sessions.open(file);
      try {
        await session.run(warmUpFeeds(session.inputs, {}, undefined, 1));
        return 'runs';
      } finally {
        await session.close();
      }
    } catch (cause) {
      if (!(cause instanceof ModelLoadError) && !(cause instanceof ModelRunError)) throw cause;
      expect(cause.message.length).toBeGreaterThan(30);
      return cause instanceof ModelLoadError ? cause.reason : 'fails when it runs';
    }
  }
});

async function readOriginals(): Promise<Uint8Array[]> {
  const types: ElementType[] = ['string', 'bool', 'float16', 'bfloat16', 'uint64'];
  const tiny = [increment(), lookUp(), slow(3), endless(), ...types.map((type) => identity(type, ['n', 2]))];
  const silero = await readFile(join(packageFolder('@ricky0123/vad-web'), 'dist/silero_vad_v5.onnx'));
  return [...tiny.map((file) => ('bytes' in file ? file.bytes : new Uint8Array())), silero];
}

function spoil(originals: readonly Uint8Array[], rng: Rng): Uint8Array {
  const pick = (limit: number) => rng.below(limit);
  const original = originals[pick(originals.length)]!;
  const bytes = Uint8Array.from(original);
  // The structure of a large file is at its beginning; among its weights every change is valid.
  const region = Math.min(bytes.length, 20_000);
  switch (pick(4)) {
    case 0:
      return bytes.subarray(0, pick(bytes.length));
    case 1:
      for (let n = 1 + pick(8); n > 0; n--) bytes[pick(region)]! ^= 1 << pick(8);
      return bytes;
    case 2:
      bytes.fill(pick(256), pick(region), pick(region));
      return bytes;
    default: {
      const other = originals[pick(originals.length)]!;
      return Buffer.concat([bytes.subarray(0, pick(region)), other.subarray(pick(Math.min(other.length, 20_000)))]);
    }
  }
}
