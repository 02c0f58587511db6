import { frameMs } from '../voice/voice-detector.js';

/** Two windows that share sound, because no pause divides them. All in frames from the beginning. */
export interface Seam {
  readonly overlapStart: number;
  /** The quietest point, where one would cut. */
  readonly cut: number;
  readonly overlapEnd: number;
}

/** A stretch of sound to be recognised at once, in frames. */
export interface WindowPlan {
  readonly start: number;
  /** Not included. */
  readonly end: number;
  /** How it shares its beginning with the window before; absent where a pause lies between. */
  readonly seam?: Seam;
  /** Whether its end is cut in speech: the window that comes next shares it. */
  readonly isCutInSpeech: boolean;
}

/** How windows are made, in frames of 32 ms. */
export interface PlannerLimits {
  /** No window is longer. */
  readonly max: number;
  /** From this length on a window ends at a pause, if it has a good one. */
  readonly preferred: number;
  /** A pause of this length always ends a window. */
  readonly longPause: number;
  /** What is added before and after speech, as far as the pause allows: quiet beginnings and ends of words. */
  readonly padding: number;
  /** Half of what two windows share where speech is cut. */
  readonly halfOverlap: number;
}

/** Longest windows that are made where pauses allow it, however long the engine's may be. */
const PREFERRED_MS = 14_000;
const LONG_PAUSE_MS = 800;
const PADDING_MS = 290;
const HALF_OVERLAP_MS = 960;

/**
 * Limits for an engine.
 * @param maxWindowMs longest sound that it takes
 * @throws RangeError where that is under a second, too short to hold what windows share
 */
export function limitsFor(maxWindowMs: number): PlannerLimits {
  if (!(maxWindowMs >= 1000)) throw new RangeError(`windows of ${maxWindowMs} ms are too short`);
  const frames = (ms: number) => Math.round(ms / frameMs);
  const max = Math.floor(maxWindowMs / frameMs);
  return {
    max,
    preferred: Math.min(frames(PREFERRED_MS), Math.floor(max * 0.75)),
    longPause: frames(LONG_PAUSE_MS),
    padding: frames(PADDING_MS),
    halfOverlap: Math.min(frames(HALF_OVERLAP_MS), Math.floor(max / 8)),
  };
}
