import { Rng } from '@lantern/core-ml';
import { describe, expect, it } from 'vitest';
import { SpeechEngine } from '../recognition/speech-engine.js';
import { recogniseLong, type RecognisedWindow, type RecogniseLongOptions } from './recognise-long.js';
import { inPieces, LoudnessDetector, speakTones, ToneEngine } from './tones.fixture.js';

const wishes = (more: Partial<RecogniseLongOptions> = {}): RecogniseLongOptions => ({
  language: 'x-tones',
  signal: new AbortController().signal,
  detector: new LoudnessDetector(),
  ...more,
});

async function all(samples: Float32Array, engine: SpeechEngine, options = wishes()): Promise<RecognisedWindow[]> {
  const windows: RecognisedWindow[] = [];
  for await (const window of recogniseLong(inPieces(samples), engine, options)) windows.push(window);
  return windows;
}

const wordsOf = (windows: readonly RecognisedWindow[]) => windows.flatMap(({ alternatives }) => alternatives[0]!.words);
const textsOf = (windows: readonly RecognisedWindow[]) => wordsOf(windows).map(({ text }) => text);

/** Gaps of talk: short ones within sentences, 0.2 to 5 s between them. */
function talk(nWords: number, seed: number): number[] {
  const rng = new Rng(seed);
  return Array.from({ length: nWords }, () =>
    rng.float() < 0.15 ? 200 + 4_800 * rng.float() : 30 + 100 * rng.float(),
  );
}

describe('recogniseLong', () => {
  it.each([1, 2, 3])('hears every word once and in order where there are pauses (%i)', async (seed) => {
    const speech = speakTones(talk(200, seed), seed);
    const engine = new ToneEngine(20_000);
    const windows = await all(speech.samples, engine);
    expect(textsOf(windows)).toEqual(speech.words);
    expect(engine.windowsMs.length).toBeGreaterThan(5);
    expect(Math.max(...engine.windowsMs)).toBeLessThanOrEqual(20_000);
  });

  it.each([1, 2, 3])('joins windows of speech without a pause, no word torn, lost or doubled (%i)', async (seed) => {
    const rng = new Rng(seed);
    const gaps = Array.from({ length: 250 }, () => 20 + 60 * rng.float());
    const speech = speakTones(gaps, seed);
    const engine = new ToneEngine(8_000);
    const windows = await all(speech.samples, engine);
    expect(engine.windowsMs.length).toBeGreaterThan(10);
    expect(Math.max(...engine.windowsMs)).toBeLessThanOrEqual(8_000);
    expect(textsOf(windows)).toEqual(speech.words);
  });

  it('keeps a word that is said again and again across a cut as often as it was said', async () => {
    const speech = speakTones(
      Array.from({ length: 120 }, () => 40),
      1,
    );
    // Every word sounds as the first does.
    const period = 280 * 16;
    const same = speech.samples.map((_, i) => speech.samples[i % period]!);
    const windows = await all(same, new ToneEngine(8_000));
    expect(textsOf(windows)).toHaveLength(120);
  });

  it('tells times from the beginning of the sound, in windows that do not overlap', async () => {
    const speech = speakTones(talk(200, 9), 9);
    const windows = await all(speech.samples, new ToneEngine(15_000));
    for (const [i, { startMs, endMs }] of windows.entries()) {
      expect(endMs).toBeGreaterThan(startMs);
      if (i > 0) expect(startMs).toBeGreaterThanOrEqual(windows[i - 1]!.endMs);
    }
    // The double tells 40 ms late.
    for (const [i, { startMs }] of wordsOf(windows).entries())
      expect(Math.abs(startMs - 40 - speech.startsMs[i]!)).toBeLessThan(1);
  });

  it('keeps the order though later windows are done first, and holds the engine to its limit', async () => {
    const speech = speakTones(talk(200, 5), 5);
    const engine = new ToneEngine(6_000, (call) => (call % 3 === 1 ? 30 : 1));
    const windows = await all(speech.samples, engine, wishes({ concurrency: 4 }));
    expect(textsOf(windows)).toEqual(speech.words);
    expect(engine.mostAtOnce).toBeLessThanOrEqual(4);
  });

  it.each([2, 7])('goes on after the last window that a killed run has told (%i)', async (nTold) => {
    const gaps = [...talk(60, 6), ...Array.from({ length: 90 }, () => 40)];
    const speech = speakTones(gaps, 6);
    const before: RecognisedWindow[] = [];
    for await (const window of recogniseLong(inPieces(speech.samples), new ToneEngine(9_000), wishes())) {
      before.push(window);
      if (before.length === nTold) break;
    }
    const engine = new ToneEngine(9_000);
    const after = await all(speech.samples, engine, wishes({ startFromMs: before.at(-1)!.endMs }));
    expect(textsOf([...before, ...after])).toEqual(speech.words);
    expect(after[0]!.startMs).toBeGreaterThanOrEqual(before.at(-1)!.endMs);
  });

  it('goes on within speech that was cut without a pause', async () => {
    const speech = speakTones(
      Array.from({ length: 200 }, () => 40),
      8,
    );
    const whole = await all(speech.samples, new ToneEngine(9_000));
    const rest = await all(speech.samples, new ToneEngine(9_000), wishes({ startFromMs: whole[1]!.endMs }));
    expect(textsOf([...whole.slice(0, 2), ...rest])).toEqual(speech.words);
  });

  it('tells progress that never falls and ends at the end, through long silence too', async () => {
    const speech = speakTones([100, 100, 60_000, 100, 30_000], 2);
    const told: number[] = [];
    await all(speech.samples, new ToneEngine(10_000), wishes({ onProgress: (ms) => told.push(ms) }));
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBeGreaterThan(speech.samples.length / 16 - 500);
    expect(told.some((ms) => ms > 20_000 && ms < 50_000)).toBe(true);
  });

  it('finds nothing in silence and in no sound at all', async () => {
    const engine = new ToneEngine(10_000);
    expect(await all(new Float32Array(160_000), engine)).toEqual([]);
    expect(await all(new Float32Array(0), engine)).toEqual([]);
    expect(engine.windowsMs).toEqual([]);
  });

  it('hears a word at the very beginning and one that the end cuts off', async () => {
    const speech = speakTones([3_000, 3_000, 0], 3);
    expect(textsOf(await all(speech.samples, new ToneEngine(10_000)))).toEqual(speech.words);
  });

  it('stops with the signal, and the engine with it', async () => {
    const speech = speakTones(talk(300, 4), 4);
    const stop = new AbortController();
    const engine = new ToneEngine(5_000, () => 5);
    const run = async () => {
      for await (const { endMs } of recogniseLong(inPieces(speech.samples), engine, wishes({ signal: stop.signal })))
        if (endMs > 10_000) stop.abort(new Error('enough'));
    };
    await expect(run()).rejects.toThrow('enough');
    expect(engine.windowsMs.length).toBeLessThan(12);
  });

  it("passes on the engine's error", async () => {
    const speech = speakTones(talk(100, 4), 4);
    const engine = new ToneEngine(5_000);
    engine.recognise = () => Promise.reject(new Error('out of memory'));
    await expect(all(speech.samples, engine)).rejects.toThrow('out of memory');
  });

  it('refuses an engine whose windows are too short to share sound', async () => {
    await expect(all(new Float32Array(16_000), new ToneEngine(500))).rejects.toThrow(RangeError);
  });
});
