import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readAudio } from './audio/open-audio.js';
import { resample } from './audio/resample/resampler.js';
import { findFfmpeg } from './ffmpeg/find.js';
import { openFrames } from './ffmpeg/frames.js';
import { decodeImage } from './image/decode.js';

/** Recordings and photographs as people make them, and other programs' results for them. */
const datasets = process.env['LANTERN_DATASETS'];
const ffmpeg = await findFfmpeg(process.env['LANTERN_FFMPEG']);
const execute = promisify(execFile);

function files(folder: string, pattern: RegExp): string[] {
  const names = readdirSync(join(datasets!, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => pattern.test(name)).map((name) => join(datasets!, folder, name));
}

async function pcm(program: string, args: readonly string[]): Promise<Float32Array> {
  const { stdout } = await execute(program, args, { encoding: 'buffer', maxBuffer: 1e9 });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

describe.skipIf(datasets === undefined)('real media (skipped: no LANTERN_DATASETS)', () => {
  it('decodes photographs, scans and drawings', async () => {
    const paths = files('vision/images', /\.(jpe?g|png)$/);
    expect(paths.length).toBeGreaterThan(15);
    for (const path of paths) {
      const { image } = await decodeImage(readFileSync(path));
      const mean = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
      expect(mean, path).toBeGreaterThan(5);
      expect(mean, path).toBeLessThan(252);
    }
  });

  it.skipIf(!ffmpeg)('decodes speech to the very samples that ffmpeg decodes (skipped: no ffmpeg)', async () => {
    const paths = files('speech/clips', /\.(flac|wav)$/);
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths.slice(0, 12)) {
      const { channels } = await readAudio({ path });
      const theirs = await pcm(ffmpeg!.program, ['-v', 'error', '-i', path, '-map', '0:a:0', '-f', 'f32le', '-']);
      expect(theirs.length, path).toBe(channels[0]!.length * channels.length);
      const different = theirs.filter(
        (value, i) => value !== channels[i % channels.length]![Math.floor(i / channels.length)],
      );
      expect(different.length, path).toBe(0);
    }
  });

  it.skipIf(!ffmpeg)('takes frames of a video (skipped: no ffmpeg)', async () => {
    for (const path of files('vision/images/video', /\.mp4$/)) {
      const video = await openFrames({ path }, { ffmpeg: ffmpeg!, frames: { perSecond: 0.5 }, maxSidePx: 320 });
      let n = 0;
      for await (const { atMs } of video.frames) expect(Math.floor(atMs / 2000 + 0.001)).toBe(n++);
      expect(Math.abs(n - video.durationMs! / 2000)).toBeLessThanOrEqual(1);
    }
  });
});

const sox = await execute('sox', ['--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!sox)('the resampler against sox (skipped: no sox)', () => {
  it.each([
    [48_000, 16_000],
    [44_100, 16_000],
    [8_000, 16_000],
  ])('%i to %i Hz: the same signal, where both pass it', async (from, to) => {
    // A sweep up to 0.85 of the lower half: within both pass bands. -D: no dither.
    const top = Math.round((Math.min(from, to) / 2) * 0.85);
    const synth = ['-D', '-r', String(from), '-n', '-t', 'f32', '-', 'synth', '2', 'sine', `50-${top}`, 'gain', '-6'];
    const input = await pcm('sox', synth);
    expect(input.length).toBe(2 * from);
    const theirs = await pcm('sox', [
      '-D',
      '-r',
      String(from),
      '-n',
      '-t',
      'f32',
      '-',
      ...synth.slice(7),
      'rate',
      '-v',
      String(to),
    ]);
    const ours = resample(input, from, to);
    expect(Math.abs(ours.length - theirs.length)).toBeLessThanOrEqual(1);
    let [difference, power] = [0, 0];
    for (let i = 1000; i < Math.min(ours.length, theirs.length) - 1000; i++) {
      difference += (ours[i]! - theirs[i]!) ** 2;
      power += theirs[i]! ** 2;
    }
    const db = 10 * Math.log10(difference / power);
    console.log(`${from} to ${to} Hz: ${db.toFixed(1)} dB from sox`);
    expect(db).toBeLessThan(-90);
  });
});
