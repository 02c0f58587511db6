/** How loud a channel is. */
export interface Levels {
  /** Largest absolute value; 1 is full scale. */
  readonly peak: number;
  /** Root mean square, in decibels relative to full scale (a full-scale square wave is 0); -Infinity for silence. */
  readonly rmsDbfs: number;
  /** Mean value: not 0 where the recording has an offset. */
  readonly mean: number;
  /** Share of samples at or beyond full scale: much of it means that the recording was too loud. 0 to 1. */
  readonly clippedRatio: number;
}

/** Measures a channel. @throws RangeError for none of its samples */
export function measureLevels(samples: Float32Array): Levels {
  if (samples.length === 0) throw new RangeError('no samples to measure');
  let [peak, squares, sum, clipped] = [0, 0, 0, 0];
  for (const value of samples) {
    const size = Math.abs(value);
    if (size > peak) peak = size;
    // 16-bit sound reaches 32767 / 32768 at most.
    if (size >= 0.99996) clipped++;
    squares += value * value;
    sum += value;
  }
  const n = samples.length;
  return { peak, rmsDbfs: 10 * Math.log10(squares / n), mean: sum / n, clippedRatio: clipped / n };
}

/** Scales a channel so that its peak has this level; silence stays silence. @param peak up to 1 */
export function normalisePeak(samples: Float32Array, peak: number): Float32Array {
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gain = loudest > 0 ? peak / loudest : 1;
  return samples.map((value) => value * gain);
}
