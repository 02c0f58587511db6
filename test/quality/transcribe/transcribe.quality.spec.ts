import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lantern/core-ml';
import { fileOf, openModelLibrary } from '@lantern/models';
import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { MoonshineEngine, moonshineModel, recogniseLong, SileroVoiceDetector } from '@lantern/transcribe/speech';
import type { RecognisedWindow } from '@lantern/transcribe/speech';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bedRatioDb, longForm, type Bed } from './long-form.js';
import { longFormErrors } from './long-form-errors.js';
import { normaliseText } from './normalise.js';
import { RawGreedy } from './raw-greedy.js';
import { listClips, readMono, readUtterances, speechFolder, type Utterance } from './read-speech.js';
import { bootstrapInterval, countErrors, errorRate, type WordErrors } from './word-errors.js';

if (speechFolder === undefined) console.log('transcribe quality skipped: no LANTERN_DATASETS');

const SEED = 20_261_125;
const { signal } = new AbortController();
const wishes = { language: 'en-US', signal };

describe.skipIf(speechFolder === undefined)('transcription', () => {
  const models = mkdtempSync(join(tmpdir(), 'lantern-models-'));
  const folder = speechFolder ?? '';
  const load = currentLoad();
  const rows: Row[] = [];
  let engine: MoonshineEngine;
  let raw: RawGreedy;
  let detector: SileroVoiceDetector;
  let utterances: Utterance[] = [];
  let alone: WordErrors[] = [];
  let heardAlone = new Set<string>();

  beforeAll(async () => {
    const library = openModelLibrary(models);
    const model = await library.open(moonshineModel);
    engine = await MoonshineEngine.open(model);
    raw = await RawGreedy.open(model);
    detector = await SileroVoiceDetector.open(fileOf(await library.open('silero-vad-v5'), 'model.onnx').path);
    utterances = await readUtterances(folder);
  });

  afterAll(async () => {
    const date = new Date().toISOString().slice(0, 10);
    if (rows.length > 0) publish({ name: 'transcribe-quality', date, machine: describeMachine(), load, rows });
    await engine?.close();
    await detector?.close();
    rmSync(models, { recursive: true, force: true });
  });

  it('hears read sentences no worse than the raw model does, decoded greedily', async () => {
    expect(utterances.length).toBeGreaterThanOrEqual(80);
    const greedy: WordErrors[] = [];
    alone = [];
    for (const { words, samples } of utterances) {
      const [best] = await engine.recognise(samples, wishes);
      alone.push(countErrors(words, normaliseText(best?.text ?? '')));
      greedy.push(countErrors(words, normaliseText(await raw.hear(samples))));
    }
    heardAlone = new Set(
      utterances
        .filter((_, i) => alone[i]!.nWords > alone[i]!.deletions + alone[i]!.substitutions)
        .map(({ name }) => name),
    );
    const rate = (errors: readonly WordErrors[]) => (drawn: readonly number[]) =>
      errorRate(drawn.map((i) => errors[i]!));
    const interval = bootstrapInterval(utterances.length, new Rng(SEED), rate(alone));
    const paired = bootstrapInterval(
      utterances.length,
      new Rng(SEED),
      (drawn) => rate(alone)(drawn) - rate(greedy)(drawn),
    );
    const [ours, peer] = [errorRate(alone), errorRate(greedy)];
    const what = `word error rate, ${utterances.length} read sentences`;
    rows.push(
      {
        work: `${what} (peer: the raw model, greedy)`,
        ours,
        peer,
        unit: '%',
        ratio: peer / ours,
        bar: 1,
        holds: ours <= peer,
      },
      { work: `${what}: 95 % interval, lower end`, ours: interval.low, unit: '%' },
      { work: `${what}: 95 % interval, upper end`, ours: interval.high, unit: '%' },
      { work: `${what}: less than the peer's by, 95 % interval, lower end`, ours: -paired.high, unit: 'points' },
      { work: `${what}: less than the peer's by, 95 % interval, upper end`, ours: -paired.low, unit: 'points' },
    );
    expect(ours).toBeLessThanOrEqual(peer);
  });

  it.each<Bed>(['quiet', 'noise', 'music'])('hears all of them in one long sound over %s', async (bed) => {
    const sound = longForm(utterances, bed, SEED);
    const windows: RecognisedWindow[] = [];
    async function* audio() {
      for (let at = 0; at < sound.samples.length; at += 16_000) yield sound.samples.subarray(at, at + 16_000);
      await Promise.resolve();
    }
    for await (const window of recogniseLong(audio(), engine, { ...wishes, detector })) windows.push(window);
    const { errorRate: ours, lost, doubled } = longFormErrors(sound, windows, heardAlone);
    const peer = errorRate(alone);
    const under = bed === 'quiet' ? bed : `${bed} ${bedRatioDb} dB below`;
    const minutes = Math.round(sound.samples.length / 16_000 / 60);
    const what = `${minutes} minutes of them with pauses, ${under}`;
    rows.push(
      {
        work: `${what}: word error rate (peer: one by one; bar: a point more)`,
        ours,
        peer,
        unit: '%',
        holds: ours <= peer + 1,
      },
      { work: `${what}: sentences lost`, ours: lost.length, unit: '', bar: 0, holds: lost.length === 0 },
      {
        work: `${what}: runs of words said twice`,
        ours: doubled.length,
        unit: '',
        bar: 0,
        holds: doubled.length === 0,
      },
    );
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    expect(ours).toBeLessThanOrEqual(peer + 1);
  });

  it('hears clips without transcripts through, and lists them', async () => {
    const clips = listClips(folder);
    for (const clip of clips) {
      const samples = await readMono(join(folder, 'clips', clip));
      const texts: string[] = [];
      const audio = (async function* () {
        yield await Promise.resolve(samples);
      })();
      for await (const { startMs, endMs, alternatives } of recogniseLong(audio, engine, { ...wishes, detector })) {
        expect(endMs).toBeGreaterThan(startMs);
        texts.push(alternatives[0]?.text ?? '');
      }
      console.log(`${clip} (${(samples.length / 16_000).toFixed(1)} s): ${texts.join(' ')}`);
    }
    expect(clips.length).toBeGreaterThan(0);
  });
});
