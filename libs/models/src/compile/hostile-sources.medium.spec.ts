import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Rng, SourceModelError, UnsupportedNetworkError } from '@lantern/core-ml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileNetwork } from './compile-network.js';
import { CompileSourceError } from './source-error.js';
import { findNetwork } from './sources/find-networks.js';
import { readNetwork } from './sources/read-network.js';

/** What a source may be refused with; anything else would be a defect of ours. */
const refusals = [CompileSourceError, SourceModelError, UnsupportedNetworkError];

/** Small networks of each kind of source. */
const sources: readonly (readonly [source: string, entry: string, nDamages: number])[] = [
  ['@vladmandic/human', 'liveness', 400],
  ['@vladmandic/face-api', 'face_landmark_68_tiny_model', 400],
  ['nsfwjs', 'mobilenet_v2', 120],
];

type Damage = (bytes: Buffer, rng: Rng) => Buffer;

const cut: Damage = (bytes, rng) => bytes.subarray(0, rng.below(bytes.length));
const flip: Damage = (bytes, rng) => {
  const changed = Buffer.from(bytes);
  for (let count = 1 + rng.below(8); count > 0; count--) changed[rng.below(changed.length)]! ^= 1 << rng.below(8);
  return changed;
};
const repeat: Damage = (bytes, rng) => {
  const [a, b] = [rng.below(bytes.length), rng.below(bytes.length)];
  return Buffer.concat([bytes.subarray(0, Math.max(a, b)), bytes.subarray(Math.min(a, b))]);
};
/** Another number, word or sign where one was, so that the file can still be parsed. */
const rewrite: Damage = (bytes, rng) => {
  const text = bytes.toString('latin1');
  const tokens = [...text.matchAll(/-?\d+(?:\.\d+)?|"[A-Za-z]\w{2,20}"|null|true|false|!0|!1/g)];
  const token = tokens[rng.below(tokens.length)];
  if (token === undefined) return bytes;
  const others = ['0', '-1', '1e9', '99999999999', '0.5', '"other"', 'null', 'true', '[]', '{}', '[1,2]'];
  const { index } = token;
  return Buffer.from(text.slice(0, index) + others[rng.below(others.length)] + text.slice(index + token[0].length), 'latin1');
};
const damages = [cut, flip, repeat, rewrite, rewrite, rewrite, rewrite];

describe('sources that are damaged', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-hostile-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(sources)('%s %s is compiled or refused with a reason', async (source, entry, nDamages) => {
    const rng = new Rng(11);
    const whole = await readNetwork(await findNetwork(source, entry));
    const files = await Promise.all(whole.files.map(async (path) => [basename(path), await readFile(path)] as const));
    const reasons = new Map<string, number>();
    for (let i = 0; i < nDamages; i++) {
      // Descriptions are damaged more often than weights, in which most bytes mean nothing.
      const victim = rng.below(5) === 0 ? rng.below(files.length) : 0;
      const at = join(folder, `${entry}-${i}`);
      await mkdir(at);
      for (const [index, [name, bytes]] of files.entries()) {
        const damage = damages[rng.below(damages.length)]!;
        await writeFile(join(at, name), index === victim ? damage(bytes, rng) : bytes);
      }
      const reason = await outcomeOf(join(at, files[0]![0]));
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      await rm(at, { recursive: true });
    }
    expect(reasons.size).toBeGreaterThan(20);
    const unexpected = [...reasons.keys()].filter((reason) => reason.startsWith('unexpected'));
    expect(unexpected).toEqual([]);
  });
});

async function outcomeOf(path: string): Promise<string> {
  try {
    await compileNetwork(await readNetwork({ name: 'damaged', path }), {}, () => {});
    return 'compiled';
  } catch (error) {
    if (!(error instanceof Error)) return `unexpected ${String(error)}`;
    const isRefusal = refusals.some((kind) => error instanceof kind);
    return isRefusal ? error.message : `unexpected ${error.stack}`;
  }
}
