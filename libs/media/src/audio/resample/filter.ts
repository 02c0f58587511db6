import { besselI0, kaiserBeta, kaiserLength } from './kaiser.js';
import type { RateRatio } from './ratio.js';

/**
 * - `high`: 100 dB, flat to 0.91 of the lower rate's half
 * - `fast`: 80 dB, flat to 0.85 of it, at less than half the work
 */
export type ResampleQuality = 'high' | 'fast';

/** Kaiser's length is an estimate that falls up to 3 dB short at the stop band's edge: designed for more than is promised. */
const qualities = {
  high: { attenuationDb: 104, passRatio: 0.91 },
  fast: { attenuationDb: 84, passRatio: 0.85 },
} as const;

/** A low-pass filter cut into phases. */
export interface PolyphaseFilter {
  /** Input samples that one output sample sees; a multiple of 4. */
  readonly nTaps: number;
  /** Rows for the phases 0, 1 / nPhases, 2 / nPhases, ..., 1 of an input sample. */
  readonly nPhases: number;
  /** [nPhases + 1, nTaps]; each row sums to 1, so that a constant stays what it is. */
  readonly taps: Float64Array;
}

/**
 * Ratios with more phases than this (all pairs of rates in use have at most 1280) share a coarser table, and an output
 * sample lies between two of its rows. A straight line between rows is at most (2 pi fc)^2 / (8 * nPhases^2) off, 118 dB
 * below full scale at 1024 for a cutoff fc of half a cycle per sample; a lower one needs fewer in proportion.
 */
const MAX_EXACT_PHASES = 2048;
const SHARED_PHASES = 1024;

/**
 * A sinc under a Kaiser window. The pass band ends at `passRatio` of the half of the lower rate, the stop band begins at
 * that half: what would alias is attenuated in full, and the last part below is given up.
 */
export function designFilter({ up, down }: RateRatio, quality: ResampleQuality): PolyphaseFilter {
  const { attenuationDb, passRatio } = qualities[quality];
  const lower = 0.5 * Math.min(1, up / down); // cycles per input sample
  const cutoff = (lower * (1 + passRatio)) / 2;
  const nTaps = 4 * Math.ceil(kaiserLength(attenuationDb, lower * (1 - passRatio)) / 4);
  const half = nTaps / 2;
  const beta = kaiserBeta(attenuationDb);
  const nPhases = up <= MAX_EXACT_PHASES ? up : Math.ceil(SHARED_PHASES * Math.min(1, up / down));
  const taps = new Float64Array((nPhases + 1) * nTaps);
  for (let phase = 0; phase <= nPhases; phase++) {
    const row = taps.subarray(phase * nTaps, (phase + 1) * nTaps);
    let sum = 0;
    for (let k = 0; k < nTaps; k++) {
      const time = phase / nPhases + half - 1 - k; // from this tap's sample to the output sample
      const edge = time / half;
      const window = Math.abs(edge) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - edge * edge));
      row[k] = sinc(2 * cutoff * time) * window;
      sum += row[k]!;
    }
    for (let k = 0; k < nTaps; k++) row[k]! /= sum;
  }
  return { nTaps, nPhases, taps };
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
