import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { temporaryFolder } from '@lantern/testing';
import { describe, expect, it } from 'vitest';
import { openAudio, readAudio } from './open-audio.js';
import { encodeWav } from './wav/write.js';

const place = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name);
const fixture = (name: string) => new Uint8Array(readFileSync(place(name)));

/** Amplitude of a sine in the middle of a signal. */
function amplitude(signal: Float32Array, hz: number, rateHz: number): number {
  const from = Math.floor(signal.length * 0.25);
  const n = Math.floor((Math.floor((signal.length * 0.5 * hz) / rateHz) * rateHz) / hz);
  let [c, s] = [0, 0];
  for (let i = from; i < from + n; i++) {
    c += signal[i]! * Math.cos((2 * Math.PI * hz * i) / rateHz);
    s += signal[i]! * Math.sin((2 * Math.PI * hz * i) / rateHz);
  }
  return (2 * Math.hypot(c, s)) / n;
}

describe('openAudio', () => {
  it.each([
    // LAME writes 0.95 of what it is given, to leave room for its own rounding.
    ['mono.mp3', 16_000, 1, 0.03],
    ['stereo.mp3', 44_100, 2, 0.03],
    ['mono.flac', 16_000, 1, 0.001],
    ['stereo-24.flac', 22_050, 2, 0.001],
    ['flac.oga', 16_000, 1, 0.001],
    ['stereo.ogg', 22_050, 2, 0.03],
    ['stereo.opus', 48_000, 2, 0.03],
  ] as const)('decodes %s without ffmpeg', async (name, rateHz, nChannels, tolerance) => {
    const sound = await readAudio(fixture(name));
    expect([sound.sampleRateHz, sound.channels.length, sound.damage]).toEqual([rateHz, nChannels, []]);
    expect(sound.channels[0]!.length).toBe(rateHz);
    expect(Math.abs(amplitude(sound.channels[0]!, 440, rateHz) - 0.5)).toBeLessThan(tolerance);
    if (nChannels === 2) {
      expect(Math.abs(amplitude(sound.channels[1]!, 660, rateHz) - 0.5)).toBeLessThan(tolerance);
      expect(amplitude(sound.channels[1]!, 440, rateHz)).toBeLessThan(0.01);
    }
  });

  it('mixes and changes the rate on the way', async () => {
    const { channels, sampleRateHz } = await readAudio(
      { path: place('stereo.opus') },
      { mono: true, sampleRateHz: 16_000 },
    );
    expect([channels.length, channels[0]!.length, sampleRateHz]).toEqual([1, 16_000, 16_000]);
    expect(Math.abs(amplitude(channels[0]!, 440, 16_000) - 0.25)).toBeLessThan(0.02);
    expect(Math.abs(amplitude(channels[0]!, 660, 16_000) - 0.25)).toBeLessThan(0.02);
  });

  it('says what it takes where only ffmpeg reads a file and there is none', async () => {
    await expect(readAudio(fixture('mono.m4a'))).rejects.toMatchObject({
      kind: 'no-ffmpeg',
      message: expect.stringContaining('apt-get install ffmpeg') as string,
    });
  });

  it('accepts what a service accepts', async () => {
    await expect(readAudio(fixture('mono.mp3'), { formats: ['wav', 'flac'] })).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'The file is mp3; accepted are wav, flac.',
    });
    await expect(readAudio(Buffer.from('#EXTM3U\nhttp://127.0.0.1/'))).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(readAudio(new Uint8Array(0))).rejects.toMatchObject({ kind: 'corrupt' });
    await expect(readAudio({ path: place('nothing.mp3') })).rejects.toThrow('ENOENT');
  });

  it('refuses what is too large or too long', async () => {
    const bytes = fixture('mono.mp3');
    await expect(readAudio(bytes, { maxBytes: 1000 })).rejects.toMatchObject({ kind: 'too-large' });
    await expect(readAudio(bytes, { maxDurationMs: 500 })).rejects.toMatchObject({ kind: 'too-large' });
    expect((await readAudio(bytes, { maxDurationMs: 1000 })).channels[0]!.length).toBe(16_000);
  });

  it('tells garbage from sound', async () => {
    const good = fixture('mono.mp3');
    const garbage = Buffer.concat([good.subarray(0, 300), Buffer.alloc(5000, 0x55)]);
    const result = await readAudio(garbage).catch((error: unknown) => error);
    expect(result).toMatchObject(
      result instanceof Error ? { name: 'MediaError', kind: 'corrupt' } : { sampleRateHz: 16_000 },
    );
    const flac = Buffer.concat([fixture('mono.flac').subarray(0, 60), Buffer.alloc(9000, 3)]);
    await expect(readAudio(flac)).rejects.toMatchObject({ name: 'MediaError', kind: 'corrupt' });
  });

  it('stops when told, before and on the way, and is then ready for the next sound', async () => {
    await expect(openAudio(fixture('mono.mp3'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    const long = encodeWav({ sampleRateHz: 48_000, channels: [new Float32Array(2_000_000)] });
    const controller = new AbortController();
    const stream = await openAudio(long, { signal: controller.signal, sampleRateHz: 16_000 });
    const read = async () => {
      for await (const _ of stream.chunks) controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
    expect((await readAudio(fixture('mono.mp3'))).channels[0]!.length).toBe(16_000);
  });

  it('can be left early', async () => {
    const long = encodeWav({
      sampleRateHz: 48_000,
      channels: [Float32Array.from({ length: 500_000 }, (_, i) => i / 500_000)],
    });
    for (let i = 0; i < 3; i++) {
      const stream = await openAudio(long);
      for await (const [samples] of stream.chunks) {
        expect(samples![1000]).toBeCloseTo(0.002, 4);
        break;
      }
    }
  });

  it('can be closed without having been read', async () => {
    for (let i = 0; i < 5; i++) {
      const stream = await openAudio(fixture('stereo.opus'));
      await stream.close();
      await stream.close();
    }
    expect((await readAudio(fixture('mono.mp3'))).channels[0]!.length).toBe(16_000);
  });

  it('reads several sounds at once, and leaves the event loop free', async () => {
    const folder = await temporaryFolder('media-audio');
    try {
      const path = join(folder.path, 'long.wav');
      writeFileSync(
        path,
        encodeWav({ sampleRateHz: 44_100, channels: [new Float32Array(1_500_000), new Float32Array(1_500_000)] }),
      );
      const delay = monitorEventLoopDelay({ resolution: 5 });
      const count = async () => {
        let n = 0;
        for await (const [samples] of (await openAudio({ path }, { mono: true, sampleRateHz: 16_000 })).chunks)
          n += samples!.length;
        return n;
      };
      delay.enable();
      expect(await Promise.all([count(), count(), count()])).toEqual(
        Array(3).fill(Math.ceil((1_500_000 * 16_000) / 44_100)),
      );
      delay.disable();
      // The work of these three takes about half a second: on this thread it would show.
      expect(delay.percentile(90) / 1e6).toBeLessThan(100);
    } finally {
      await folder.remove();
    }
  });
});
