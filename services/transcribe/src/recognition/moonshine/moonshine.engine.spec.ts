import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModelLibrary, type ReadyModel } from '@lantern/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speechSampleRateHz } from '../speech-engine.js';
import { MoonshineEngine, moonshineModel } from './moonshine.engine.js';

const datasets = process.env.LANTERN_DATASETS;

describe('MoonshineEngine', () => {
  let folder: string;
  let model: ReadyModel;
  let engine: MoonshineEngine;
  const options = { language: 'en-US', signal: new AbortController().signal };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-moonshine-'));
    model = await openModelLibrary(folder).open(moonshineModel);
    engine = await MoonshineEngine.open(model, { nWorkers: 1 });
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  it('hears no words in silence, in the noise of rounding, and in no sound at all', async () => {
    const silence = new Float32Array(2 * speechSampleRateHz);
    const rounding = silence.map((_, i) => ((i * 7_919) % 3) / 32_768 - 1 / 32_768);
    for (const samples of [silence, rounding, new Float32Array(0)]) {
      const [heard] = await engine.recognise(samples, options);
      expect(heard).toMatchObject({ words: [], text: '' });
    }
  });

  it('names the model by its digest', () => {
    expect(engine.modelDigest).toBe(model.digest);
    expect(engine.modelDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says what it cannot hear', async () => {
    const second = new Float32Array(speechSampleRateHz);
    await expect(engine.recognise(second, { ...options, language: 'de-DE' })).rejects.toThrow(
      'hears English, not de-DE',
    );
    await expect(engine.recognise(second, { ...options, nBest: 11 })).rejects.toThrow('between 1 and 10 readings');
    await expect(engine.recognise(new Float32Array(31 * speechSampleRateHz), options)).rejects.toThrow(
      '31000 ms; at most 30000',
    );
    await expect(engine.recognise(second.fill(NaN), options)).rejects.toThrow('not numbers');
  });

  it('leaves a sound whose caller gave up, and hears the next', async () => {
    const hum = Float32Array.from({ length: 5 * speechSampleRateHz }, (_, i) => 0.2 * Math.sin(i / 20));
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const first = engine.recognise(hum, { ...options, signal: controller.signal });
    const queued = engine.recognise(hum, { ...options, signal: controller.signal });
    // One is under way by then, the other waits for the only thread.
    setTimeout(() => controller.abort(reason), 20);
    const outcomes = await Promise.allSettled([first, queued]);
    expect(outcomes).toEqual(new Array(2).fill({ status: 'rejected', reason }));
    const late = engine.recognise(hum, { ...options, signal: controller.signal });
    await expect(late).rejects.toBe(reason);
    expect(await engine.recognise(new Float32Array(16_000), options)).toHaveLength(1);
    expect(hum).toHaveLength(5 * speechSampleRateHz);
  });

  it('says which file is not what it should be', async () => {
    const files = new Map(model.files);
    files.set('encoder_model.onnx', { ...files.get('encoder_model.onnx')!, sha256: 'f'.repeat(64) });
    await expect(MoonshineEngine.open({ ...model, files }, { nWorkers: 1 })).rejects.toThrow(
      /encoder_model\.onnx has the SHA-256/,
    );
  });

  describe.skipIf(!datasets)(`on a known speech${datasets ? '' : ' (skipped: no LANTERN_DATASETS)'}`, () => {
    const clip = () => join(datasets!, 'speech/clips/jfk/jfk.wav');
    let samples: Float32Array;

    beforeAll(async () => {
      const wav = await readFile(clip());
      // A plain file: 16 bits, mono, 16 kHz, samples from byte 44 on.
      samples = Float32Array.from({ length: (wav.length - 44) >> 1 }, (_, i) => wav.readInt16LE(44 + 2 * i) / 32_768);
    });

    it('hears the words, when each is said, and the signs between', async () => {
      const [heard] = await engine.recognise(samples, options);
      const known = (await readFile(`${clip()}.txt`, 'utf8')).toLowerCase().match(/[a-z']+/g);
      const words = heard?.words ?? [];
      expect(words.map(({ text }) => text.toLowerCase())).toEqual(known);
      expect(words.at(-1)?.punctuation).toBe('.');
      const durationMs = samples.length / 16;
      words.forEach(({ startMs, endMs, probability }, i) => {
        expect(startMs).toBeGreaterThanOrEqual(words[i - 1]?.endMs ?? 0);
        expect(endMs).toBeGreaterThan(startMs);
        expect(endMs).toBeLessThanOrEqual(durationMs);
        expect(probability).toBeGreaterThan(0);
        expect(probability).toBeLessThanOrEqual(1);
      });
    });

    it('gives other readings, the best first, and writes an expected phrase its own way', async () => {
      const phrases = [{ text: 'fellow Americans', displayAs: 'FELLOW-AMERICANS' }];
      const readings = await engine.recognise(samples, { ...options, nBest: 3, phrases });
      expect(readings.length).toBeGreaterThan(1);
      expect(new Set(readings.map(({ text }) => text)).size).toBe(readings.length);
      expect(readings[0]?.text).toContain('FELLOW-AMERICANS');
    });
  });
});
