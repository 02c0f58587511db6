import { speechSampleRateHz } from '../../recognition/speech-engine.js';
import { frameBatches } from '../voice/frame-batches.js';
import { SpeechTracker, usualTracking, type TrackerSettings } from '../voice/speech-tracker.js';
import { frameMs, frameSamples, type VoiceDetector } from '../voice/voice-detector.js';
import { SampleBuffer } from './sample-buffer.js';
import type { PlannerLimits, WindowPlan } from './window-plan.js';
import { WindowPlanner } from './window-planner.js';

/** How a window shares its beginning with the one before. */
export interface SeamTimes {
  readonly overlapStartMs: number;
  readonly cutMs: number;
  readonly overlapEndMs: number;
}

/** A stretch of sound to be recognised at once. */
export interface AudioWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** Mono, 16 kHz; a copy. */
  readonly samples: Float32Array;
  readonly seam?: SeamTimes;
  readonly isCutInSpeech: boolean;
}

export interface CutOptions {
  readonly detector: VoiceDetector;
  readonly limits: PlannerLimits;
  readonly tracking?: TrackerSettings;
  /** What comes before is passed over. */
  readonly startFromMs?: number;
  readonly signal?: AbortSignal;
  /** Told how far the sound is cut, in milliseconds; what comes before that in no window is no speech. */
  readonly onCut?: (cutMs: number) => void;
}

/** Sound before the starting point that the detector hears, so that it judges as if it had heard everything. */
const LEAD_FRAMES = 64;

/**
 * The windows of a sound in which somebody speaks, in order. At most one window's samples are held, and a second of sound.
 * @param audio mono, 16 kHz, in pieces of any size, from the beginning also where `startFromMs` is later
 */
export async function* cutWindows(
  audio: AsyncIterable<Float32Array>,
  options: CutOptions,
): AsyncGenerator<AudioWindow> {
  const { detector, limits, signal, onCut } = options;
  const first = Math.floor((options.startFromMs ?? 0) / frameMs);
  const lead = Math.max(0, first - LEAD_FRAMES);
  const track = detector.start();
  const planner = new WindowPlanner(limits, new SpeechTracker(options.tracking ?? usualTracking), first);
  const buffer = new SampleBuffer(first * frameSamples);
  let frame = lead;
  for await (const { samples, nSamples } of frameBatches(skip(audio, lead * frameSamples, signal))) {
    const probabilities = await track.score(samples);
    buffer.push(samples.subarray(Math.max(0, first - frame) * frameSamples, nSamples));
    for (let i = 0; i < probabilities.length; i++, frame++) {
      if (frame < first) continue;
      const probability = probabilities[i]!;
      const plan = planner.push(probability, strengthOf(samples, i, probability));
      if (!plan) continue;
      yield toWindow(plan, buffer);
    }
    buffer.dropBefore(planner.neededFrom * frameSamples);
    onCut?.(planner.neededFrom * frameMs);
  }
  const last = planner.finish();
  if (last) yield toWindow(last, buffer);
}

/** Loudness where the detector hears speech; a little of it remains where it hears none. */
function strengthOf(samples: Float32Array, frame: number, probability: number): number {
  let energy = 0;
  for (let i = frame * frameSamples; i < (frame + 1) * frameSamples; i++) energy += samples[i]! ** 2;
  return Math.sqrt(energy / frameSamples) * (0.05 + probability);
}

function toWindow({ start, end, seam, isCutInSpeech }: WindowPlan, buffer: SampleBuffer): AudioWindow {
  const samples = buffer.slice(start * frameSamples, end * frameSamples);
  const startMs = start * frameMs;
  return {
    startMs,
    endMs: startMs + (samples.length / speechSampleRateHz) * 1000,
    samples,
    isCutInSpeech,
    ...(seam && {
      seam: {
        overlapStartMs: seam.overlapStart * frameMs,
        cutMs: seam.cut * frameMs,
        overlapEndMs: seam.overlapEnd * frameMs,
      },
    }),
  };
}

async function* skip(audio: AsyncIterable<Float32Array>, nSamples: number, signal?: AbortSignal) {
  let left = nSamples;
  for await (const piece of audio) {
    signal?.throwIfAborted();
    if (left < piece.length) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}
