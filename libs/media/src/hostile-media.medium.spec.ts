import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudio } from './audio/open-audio.js';
import { encodeWav } from './audio/wav/write.js';
import { decodeImage } from './image/decode.js';
import { sharp } from './image/libvips.js';
import { MediaError } from './media-error.js';

/*
 * Truncated and mutated files: each decodes or gives a MediaError, the process lives, memory stays flat. Mutations are
 * reproducible: `n` names one.
 */

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', name));

/** Park and Miller's generator ("Random number generators: good ones are hard to find", 1988). */
function random(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Every third file is cut; the others have bytes changed, more of them near the beginning, where headers are. */
function mutate(file: Uint8Array, n: number): Uint8Array {
  const next = random(n * 7919);
  for (let i = 0; i < 10; i++) next();
  if (n % 3 === 0) return Uint8Array.from(file.subarray(0, Math.floor(next() * file.length)));
  const changed = Uint8Array.from(file); // not slice(): a Buffer's slice is the same memory
  const nChanges = 1 + Math.floor(next() * 12);
  for (let i = 0; i < nChanges; i++) {
    const reach = next() < 0.6 ? Math.min(file.length, 200) : file.length;
    // What begins like nothing is refused at once: the first bytes are seldom touched.
    const at = Math.max(next() < 0.97 ? 16 : 0, Math.floor(next() * reach));
    const kind = next();
    if (kind < 0.4) changed[at] = Math.floor(next() * 256);
    else if (kind < 0.6) changed[at]! ^= 1 << Math.floor(next() * 8);
    else if (kind < 0.8) changed.subarray(at, at + 4).fill(255);
    else changed.subarray(at, at + 4).fill(0);
  }
  return changed;
}

interface Outcome {
  fine: number;
  readonly kinds: Record<string, number>;
}

async function outcomes(
  files: readonly Uint8Array[],
  perFile: number,
  read: (bytes: Uint8Array) => Promise<unknown>,
): Promise<Outcome> {
  const outcome: Outcome = { fine: 0, kinds: {} };
  for (const file of files) {
    for (let n = 0; n < perFile; n++) {
      try {
        await read(mutate(file, n));
        outcome.fine++;
      } catch (error) {
        if (!(error instanceof MediaError))
          throw new Error(`mutation ${n} of a file of ${file.length} bytes`, { cause: error });
        expect(error.message.length).toBeGreaterThan(15);
        outcome.kinds[error.kind] = (outcome.kinds[error.kind] ?? 0) + 1;
      }
    }
  }
  return outcome;
}

/** A picture with texture, so that there is something to damage. */
async function pictures(): Promise<readonly Uint8Array[]> {
  const next = random(1);
  const raw = Buffer.from(Uint8Array.from({ length: 96 * 64 * 3 }, () => 64 + next() * 128));
  const base = () => sharp(raw, { raw: { width: 96, height: 64, channels: 3 } });
  const animated = sharp(Buffer.concat([raw, raw]), { raw: { width: 96, height: 128, channels: 3, pageHeight: 64 } });
  return Promise.all([
    base().jpeg().toBuffer(),
    base().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    base().toColourspace('cmyk').jpeg().toBuffer(),
    base().png().toBuffer(),
    base().png({ palette: true, progressive: true }).toBuffer(),
    base().webp().toBuffer(),
    base().webp({ lossless: true }).toBuffer(),
    animated.clone().gif().toBuffer(),
    animated.clone().webp().toBuffer(),
    base().tiff({ compression: 'lzw' }).toBuffer(),
    base().tiff({ compression: 'jpeg', tile: true }).toBuffer(),
    base().avif().toBuffer(),
  ]);
}

/** Runs once to warm caches up, then measures what many more runs leave behind. */
async function growth(run: () => Promise<unknown>): Promise<number> {
  await run();
  const before = process.memoryUsage().rss;
  await run();
  return process.memoryUsage().rss - before;
}

describe('hostile media', () => {
  it('images: each of 1,200 files, twice, and memory is flat', async () => {
    const files = await pictures();
    let last: Outcome | undefined;
    const grown = await growth(async () => {
      last = await outcomes(files, 100, (bytes) => decodeImage(bytes, { maxPixels: 4_000_000 }));
    });
    console.log('images', JSON.stringify(last), `grew by ${(grown / 2 ** 20).toFixed(1)} MiB`);
    expect(last!.fine).toBeGreaterThan(50);
    expect(last!.kinds['corrupt']).toBeGreaterThan(300);
    expect(grown).toBeLessThan(96 * 2 ** 20);
  });

  it('sound: each of 540 files, twice, and memory is flat', async () => {
    const tone = [Float32Array.from({ length: 4000 }, (_, n) => Math.sin(n / 6) / 2)];
    const files = [
      encodeWav({ sampleRateHz: 16_000, channels: tone }),
      encodeWav({ sampleRateHz: 8_000, channels: [tone[0]!, tone[0]!] }, 'mu-law'),
      ...['mono.mp3', 'stereo.mp3', 'mono.flac', 'stereo-24.flac', 'flac.oga', 'stereo.ogg', 'stereo.opus'].map(
        fixture,
      ),
    ];
    let last: Outcome | undefined;
    const grown = await growth(async () => {
      last = await outcomes(files, 60, (bytes) =>
        readAudio(bytes, { mono: true, sampleRateHz: 16_000, stallMs: 20_000, maxDurationMs: 60_000 }),
      );
    });
    console.log('sound', JSON.stringify(last), `grew by ${(grown / 2 ** 20).toFixed(1)} MiB`);
    expect(last!.fine).toBeGreaterThan(200);
    expect(last!.kinds['corrupt']).toBeGreaterThan(50);
    expect(last!.kinds['timed-out'] ?? 0).toBe(0);
    expect(grown).toBeLessThan(160 * 2 ** 20);
  });
});
