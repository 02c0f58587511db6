import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAudio } from '@lantern/media';
import { fileOf, openModelLibrary } from '@lantern/models';
import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { MoonshineEngine, moonshineModel, recogniseLong, SileroVoiceDetector } from '@lantern/transcribe/speech';
import { normaliseText } from '../quality/transcribe/normalise.js';
import { readUtterances, speechFolder, type Utterance } from '../quality/transcribe/read-speech.js';
import { countErrors, errorRate } from '../quality/transcribe/word-errors.js';
import { writeLongMp3 } from './transcribe/long-mp3.js';
import { hasPocketSphinx, hearByPocketSphinx } from './transcribe/pocketsphinx.js';

/** `LANTERN_BENCH_MINUTES` makes the long sound shorter, for a first look. */
const minutes = Number(process.env['LANTERN_BENCH_MINUTES'] ?? 60);
const LEAST_SPEED = 12;
/** After the first quarter everything is loaded; what is added then grows with the sound. */
const MOST_GROWTH_MB = 64;
const wishes = { language: 'en-US', signal: new AbortController().signal };

/** An MP3 from file to words: decoded, cut, recognised. */
async function longSound(path: string, engine: MoonshineEngine, detector: SileroVoiceDetector): Promise<Row[]> {
  const started = performance.now();
  const { chunks } = await openAudio({ path }, { sampleRateHz: 16_000, mono: true });
  async function* audio() {
    for await (const [samples] of chunks) if (samples) yield samples;
  }
  let nWords = 0;
  let quarterMb = 0;
  let mostMb = 0;
  for await (const { endMs, alternatives } of recogniseLong(audio(), engine, { ...wishes, detector })) {
    nWords += alternatives[0]?.words.length ?? 0;
    const megabytes = process.memoryUsage.rss() / 2 ** 20;
    mostMb = Math.max(mostMb, megabytes);
    if (endMs < (minutes * 60_000) / 4) quarterMb = mostMb;
  }
  const seconds = (performance.now() - started) / 1000;
  const speed = (minutes * 60) / seconds;
  const growth = mostMb - quarterMb;
  const what = `${minutes} minutes of MP3`;
  return [
    {
      work: `${what}: file to words, times real time`,
      ours: speed,
      unit: 'x',
      bar: LEAST_SPEED,
      holds: speed >= LEAST_SPEED,
    },
    { work: `${what}: words`, ours: nWords, unit: '' },
    { work: `${what}: memory at most`, ours: mostMb, unit: 'MB' },
    {
      work: `${what}: memory that is added after the first quarter (at most)`,
      ours: growth,
      unit: 'MB',
      bar: MOST_GROWTH_MB,
      holds: growth <= MOST_GROWTH_MB,
    },
  ];
}

/** Sentences one by one, two at a time. */
async function hearByOurs(utterances: readonly Utterance[], engine: MoonshineEngine) {
  const started = performance.now();
  const heard = await Promise.all(utterances.map(({ samples }) => engine.recognise(samples, wishes)));
  const texts = new Map(utterances.map(({ name }, i) => [name, heard[i]?.[0]?.text ?? '']));
  return { texts, seconds: (performance.now() - started) / 1000 };
}

async function againstPeer(utterances: readonly Utterance[], engine: MoonshineEngine, folder: string): Promise<Row[]> {
  if (!hasPocketSphinx()) {
    console.log('pocketsphinx: skipped, not here (apt-get install pocketsphinx pocketsphinx-en-us)');
    return [];
  }
  mkdirSync(folder);
  const [ours, peer] = [await hearByOurs(utterances, engine), await hearByPocketSphinx(utterances, folder)];
  const rate = ({ texts }: { texts: ReadonlyMap<string, string> }) =>
    errorRate(utterances.map(({ name, words }) => countErrors(words, normaliseText(texts.get(name) ?? ''))));
  const row = (work: string, our: number, their: number, unit: string): Row => {
    return { work, ours: our, peer: their, unit, ratio: their / our, bar: 1, holds: their >= our };
  };
  return [
    row(`${utterances.length} read sentences: time (peer: PocketSphinx)`, ours.seconds, peer.seconds, 's'),
    row(`${utterances.length} read sentences: word error rate (peer: PocketSphinx)`, rate(ours), rate(peer), '%'),
  ];
}

async function main(): Promise<void> {
  if (speechFolder === undefined) return console.log('transcribe: skipped, no LANTERN_DATASETS');
  const load = currentLoad();
  const folder = mkdtempSync(join(tmpdir(), 'lantern-transcribe-'));
  const library = openModelLibrary(join(folder, 'models'));
  const engine = await MoonshineEngine.open(await library.open(moonshineModel));
  const voice = await library.open('silero-vad-v5');
  const detector = await SileroVoiceDetector.open(fileOf(voice, 'model.onnx').path);
  try {
    const utterances = await readUtterances(speechFolder);
    const rows = await againstPeer(utterances, engine, join(folder, 'peer'));
    if (spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0) {
      const path = join(folder, 'long.mp3');
      await writeLongMp3('ffmpeg', path, utterances, minutes);
      console.log(`an MP3 of ${(statSync(path).size / 1e6).toFixed(1)} MB`);
      rows.push(...(await longSound(path, engine, detector)));
    } else console.log('the long MP3: skipped, no ffmpeg to write it (it is not needed to read one)');
    const date = new Date().toISOString().slice(0, 10);
    if (!publish({ name: 'transcribe', date, machine: describeMachine(), load, rows })) process.exitCode = 1;
  } finally {
    await Promise.all([engine.close(), detector.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
