import type { Histogram, ValueRange } from './histogram.js';

/**
 * How a range is chosen from the numbers seen. `percentile` leaves out the most extreme numbers on either side, `entropy`
 * cuts where the rounded distribution tells the least different story from the measured one, `squared-error` where the
 * rounded numbers are nearest to the measured ones in the mean square.
 */
export type RangeMethod =
  | { readonly kind: 'min-max' }
  /** @param share of the numbers that lie inside, e.g. 0.9999 */
  | { readonly kind: 'percentile'; readonly share: number }
  | { readonly kind: 'entropy' }
  | { readonly kind: 'squared-error' };

/** The range of a value by its histogram; that of nothing is 0 to 0. */
export function rangeOf(histogram: Histogram, method: RangeMethod): ValueRange {
  const { least, most } = histogram;
  if (histogram.total === 0) return { least: 0, most: 0 };
  switch (method.kind) {
    case 'min-max':
      return { least, most };
    case 'percentile': {
      const tail = (1 - method.share) / 2;
      return { least: Math.min(histogram.quantile(tail), 0), most: Math.max(histogram.quantile(1 - tail), 0) };
    }
    case 'entropy': {
      const limit = entropyLimit(histogram);
      return { least: Math.max(least, -limit), most: Math.min(most, limit) };
    }
    case 'squared-error':
      return nearestRange(histogram);
  }
}

/** Of the measured range and parts of it, in steps of one in 64, the one with the smallest mean squared error. */
function nearestRange(histogram: Histogram): ValueRange {
  const part = (share: number): ValueRange => ({
    least: Math.min(histogram.least, 0) * share,
    most: Math.max(histogram.most, 0) * share,
  });
  let best = { error: Infinity, range: part(1) };
  for (let share = 1; share >= 0.125; share -= 1 / 64) {
    const range = part(share);
    const error = histogram.meanSquaredError(range, 255);
    if (error < best.error) best = { error, range };
  }
  return best.range;
}

/** Steps of the rounded magnitude: 8 bits, of which one is the sign where there are two. */
const levelsOfBothSigns = 128;
const levelsOfOneSign = 256;

/**
 * The magnitude at which to cut, by the method of S. Migacz, "8-bit inference with TensorRT" (GTC 2017): of all limits,
 * the one whose rounded distribution has the smallest Kullback-Leibler divergence from the measured one, numbers beyond
 * the limit counted at it.
 */
function entropyLimit(histogram: Histogram): number {
  const { counts, binWidth } = histogram.magnitudes();
  const levels = histogram.least < 0 && histogram.most > 0 ? levelsOfBothSigns : levelsOfOneSign;
  // Zeros are on every grid, so they say nothing about the limit; after a Relu they would outweigh all else.
  counts[0] = counts[1]!;
  const used = counts.findLastIndex((count) => count > 0) + 1;
  let best = { divergence: Infinity, limit: used };
  for (let limit = Math.min(levels, used); limit <= used; limit += Math.max(1, Math.floor(used / levels))) {
    const divergence = divergenceAt(counts, limit, levels);
    if (divergence < best.divergence) best = { divergence, limit };
  }
  return best.limit * binWidth;
}

function divergenceAt(counts: Float64Array, limit: number, levels: number): number {
  const measured = counts.slice(0, limit);
  for (let bin = limit; bin < counts.length; bin++) measured[limit - 1]! += counts[bin]!;
  const rounded = roundedCounts(counts, limit, levels);
  const measuredTotal = measured.reduce((sum, count) => sum + count, 0);
  const roundedTotal = rounded.reduce((sum, count) => sum + count, 0);
  if (roundedTotal === 0) return Infinity;
  let divergence = 0;
  for (let bin = 0; bin < limit; bin++) {
    const p = measured[bin]! / measuredTotal;
    // What rounding makes impossible would be infinitely far; a small number stands for it.
    const q = Math.max(rounded[bin]! / roundedTotal, 1e-12);
    if (p > 0) divergence += p * Math.log(p / q);
  }
  return divergence;
}

/** Each level's numbers spread evenly over those of its bins that had any. */
function roundedCounts(counts: Float64Array, limit: number, levels: number): Float64Array {
  const rounded = new Float64Array(limit);
  const steps = Math.min(levels, limit);
  for (let level = 0; level < steps; level++) {
    const [from, to] = [Math.floor((level * limit) / steps), Math.floor(((level + 1) * limit) / steps)];
    const part = counts.subarray(from, to);
    const filled = part.reduce((sum, count) => sum + Number(count > 0), 0);
    const mean = filled === 0 ? 0 : part.reduce((sum, count) => sum + count, 0) / filled;
    for (let bin = from; bin < to; bin++) if (counts[bin]! > 0) rounded[bin] = mean;
  }
  return rounded;
}
