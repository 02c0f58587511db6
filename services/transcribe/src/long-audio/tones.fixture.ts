import { setImmediate } from 'node:timers/promises';
import { Rng } from '@lantern/core-ml';
import { SpeechEngine, speechSampleRateHz } from '../recognition/speech-engine.js';
import type { Hypothesis, RecognisedWord, RecogniseOptions } from '../recognition/speech-engine.js';
import { frameSamples, VoiceDetector, type VoiceTrack } from './voice/voice-detector.js';

/** A made-up language: each word is a tone of its own, so that a double can hear which words a window holds, whole or torn. */
const WORD_MS = 240;
const LOWEST_HZ = 400;
const STEP_HZ = 40;
const nWords = 60;

const toSamples = (ms: number): number => Math.round((ms * speechSampleRateHz) / 1000);

const tones = new Map<number, Float32Array>();

/** The sound of a word; words are numbered. */
function tone(word: number): Float32Array {
  const known = tones.get(word);
  if (known) return known;
  const radians = (2 * Math.PI * (LOWEST_HZ + STEP_HZ * word)) / speechSampleRateHz;
  const sound = new Float32Array(toSamples(WORD_MS));
  for (let i = 0; i < sound.length; i++) sound[i] = 0.5 * Math.sin(radians * i);
  tones.set(word, sound);
  return sound;
}

export interface ToneSpeech {
  readonly samples: Float32Array;
  /** Names of the words, in order. */
  readonly words: readonly string[];
  /** When each begins. */
  readonly startsMs: readonly number[];
}

/**
 * Speech in tones.
 * @param gapsMs the silence after each word; as many as there are words
 */
export function speakTones(gapsMs: readonly number[], seed: number): ToneSpeech {
  const rng = new Rng(seed);
  const numbers = gapsMs.map(() => rng.below(nWords));
  const length = gapsMs.reduce((sum, gap) => sum + toSamples(WORD_MS) + toSamples(gap), 0);
  const samples = new Float32Array(length);
  const startsMs: number[] = [];
  let at = 0;
  for (const [i, word] of numbers.entries()) {
    startsMs.push((at / speechSampleRateHz) * 1000);
    samples.set(tone(word), at);
    at += toSamples(WORD_MS) + toSamples(gapsMs[i]!);
  }
  return { samples, words: numbers.map((word) => `w${word}`), startsMs };
}

/** A sound in pieces of awkward sizes. */
export async function* inPieces(samples: Float32Array, size = 7_777): AsyncGenerator<Float32Array> {
  for (let at = 0; at < samples.length; at += size) {
    yield samples.slice(at, at + size);
    // Timers have their turn, as they do beside a decoder.
    await setImmediate();
  }
}

/** Hears speech where it is loud. */
export class LoudnessDetector extends VoiceDetector {
  /** Frames that it was asked about. */
  nFrames = 0;

  override start(): VoiceTrack {
    return {
      score: async (samples) => {
        const probabilities = new Float32Array(samples.length / frameSamples);
        this.nFrames += probabilities.length;
        for (let frame = 0; frame < probabilities.length; frame++) {
          const sound = samples.subarray(frame * frameSamples, (frame + 1) * frameSamples);
          probabilities[frame] = sound.some((value) => Math.abs(value) > 0.05) ? 0.9 : 0.02;
        }
        return Promise.resolve(probabilities);
      },
    };
  }

  override async close(): Promise<void> {
    // Nothing is held.
  }
}

/** Hears tones. A word that is not whole is heard as `torn`; where it is told, its times are a little out, as engines' are. */
export class ToneEngine extends SpeechEngine {
  override readonly modelDigest = '0'.repeat(64);
  override readonly languages = ['x-tones'];
  /** Duration of each window that it was given. */
  readonly windowsMs: number[] = [];
  mostAtOnce = 0;
  private atOnce = 0;

  constructor(
    override readonly maxWindowMs: number,
    private readonly delayMs: (call: number) => number = () => 0,
  ) {
    super();
  }

  override async recognise(samples: Float32Array, { signal }: RecogniseOptions): Promise<readonly Hypothesis[]> {
    signal.throwIfAborted();
    const call = this.windowsMs.push((samples.length / speechSampleRateHz) * 1000);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    await new Promise((resolve) => setTimeout(resolve, this.delayMs(call)));
    this.atOnce--;
    const words = [...hear(samples)];
    return [{ words, text: words.map(({ text }) => text).join(' '), logProbability: -0.1 * words.length }];
  }

  override async close(): Promise<void> {
    // Nothing is held.
  }
}

function* hear(samples: Float32Array): Generator<RecognisedWord> {
  const silence = toSamples(8);
  let start = -1;
  let lastLoud = -1;
  for (let i = 0; i <= samples.length; i++) {
    if (i < samples.length && Math.abs(samples[i]!) > 0.01) {
      if (start < 0) start = i;
      lastLoud = i;
    } else if (start >= 0 && (i - lastLoud > silence || i === samples.length)) {
      yield wordOf(samples.subarray(start, lastLoud + 1), start);
      start = -1;
    }
  }
}

function wordOf(sound: Float32Array, start: number): RecognisedWord {
  let crossings = 0;
  for (let i = 1; i < sound.length; i++) if (sound[i - 1]! < 0 !== sound[i]! < 0) crossings++;
  const hz = (crossings / 2 / sound.length) * speechSampleRateHz;
  const isWhole = sound.length > toSamples(WORD_MS - 3);
  return {
    text: isWhole ? `w${Math.round((hz - LOWEST_HZ) / STEP_HZ)}` : 'torn',
    startMs: (start / speechSampleRateHz) * 1000 + 40,
    endMs: ((start + sound.length) / speechSampleRateHz) * 1000 + 40,
    probability: 0.9,
  };
}
