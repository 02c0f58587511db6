import { Rng } from '@lantern/core-ml';
import { speechSampleRateHz } from '@lantern/transcribe/speech';
import type { Utterance } from './read-speech.js';

/** What sounds under the speech. */
export type Bed = 'quiet' | 'noise' | 'music';

/** How much louder speech is than its bed. */
export const bedRatioDb = 20;

export interface LongForm {
  readonly samples: Float32Array;
  /** Utterances in the order in which they come, and where each lies. */
  readonly parts: readonly { readonly utterance: Utterance; readonly startMs: number; readonly endMs: number }[];
}

/** All utterances once, in random order, with pauses of 0.2 to 5 s, over a bed. The same seed gives the same sound. */
export function longForm(utterances: readonly Utterance[], bed: Bed, seed: number): LongForm {
  const rng = new Rng(seed);
  const numbers = Uint32Array.from(utterances.keys());
  rng.shuffle(numbers);
  const order = Array.from(numbers, (number) => utterances[number]!);
  const pauses = [...order, undefined].map(() => Math.round((0.2 + 4.8 * rng.float()) * speechSampleRateHz));
  const length = [...order.map(({ samples }) => samples.length), ...pauses].reduce((sum, part) => sum + part, 0);
  const samples = new Float32Array(length);
  let at = pauses.at(-1) ?? 0;
  const parts = order.map((utterance, i) => {
    const start = at;
    samples.set(utterance.samples, start);
    at = start + utterance.samples.length + (pauses[i] ?? 0);
    return { utterance, startMs: start / 16, endMs: (start + utterance.samples.length) / 16 };
  });
  if (bed !== 'quiet') layUnder(samples, bed === 'noise' ? noise(length, rng) : music(length, rng), utterances);
  return { samples, parts };
}

function layUnder(samples: Float32Array, bed: Float32Array, utterances: readonly Utterance[]): void {
  const speech = utterances.flatMap(({ samples: one }) => [loudness(one) ** 2 * one.length]);
  const nSpeech = utterances.reduce((sum, { samples: one }) => sum + one.length, 0);
  const level = Math.sqrt(speech.reduce((sum, energy) => sum + energy, 0) / nSpeech);
  const gain = (level / loudness(bed)) * 10 ** (-bedRatioDb / 20);
  for (let i = 0; i < samples.length; i++) samples[i]! += gain * bed[i]!;
}

function loudness(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample ** 2;
  return Math.sqrt(energy / samples.length);
}

/** Noise that falls with frequency as that of rooms and fans does: white noise through a low-pass of first order, with some left. */
function noise(length: number, rng: Rng): Float32Array {
  const samples = new Float32Array(length);
  let low = 0;
  for (let i = 0; i < length; i++) {
    const white = rng.float() - 0.5;
    low += 0.08 * (white - low);
    samples[i] = low + 0.05 * white;
  }
  return samples;
}

/** Chords of decaying, slightly detuned tones over a bass and a beat: 100 beats a minute, a new chord every two seconds. */
function music(length: number, rng: Rng): Float32Array {
  const samples = new Float32Array(length);
  const beat = Math.round(0.6 * speechSampleRateHz);
  const roots = [57, 53, 48, 55];
  for (let start = 0, n = 0; start < length; start += beat, n++) {
    const root = roots[Math.floor(n / 4) % roots.length] ?? 57;
    for (const step of [-12, 0, rng.below(2) === 0 ? 3 : 4, 7, 12]) pluck(samples, start, root + step, rng.float());
    for (let i = 0; i < 1_200 && start + i < length; i++)
      samples[start + i]! += 0.8 * (rng.float() - 0.5) * Math.exp(-i / 200);
  }
  return samples;
}

/** One tone with harmonics that fades over a second. @param note MIDI number */
function pluck(samples: Float32Array, start: number, note: number, detune: number): void {
  const hz = 440 * 2 ** ((note - 69 + 0.1 * (detune - 0.5)) / 12);
  const length = Math.min(2 * speechSampleRateHz, samples.length - start);
  for (let harmonic = 1; harmonic <= 5; harmonic++) {
    const radians = (2 * Math.PI * hz * harmonic) / speechSampleRateHz;
    for (let i = 0; i < length; i++)
      samples[start + i]! += (0.3 / harmonic) * Math.sin(radians * i) * Math.exp((-i * harmonic) / speechSampleRateHz);
  }
}
