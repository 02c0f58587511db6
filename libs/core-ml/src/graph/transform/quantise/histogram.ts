/** The numbers that a value takes. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
}

const bins = 2048;

/**
 * Counts numbers by size without knowing their range before: bins around 0 that double their width, two becoming one,
 * when a number lies outside. So one pass over the data is enough, and equal data gives equal counts.
 */
export class Histogram {
  least = Infinity;
  most = -Infinity;
  /** Numbers counted. */
  total = 0;
  /** [bin]; the first half below 0, the second above. */
  private counts = new Float64Array(2 * bins);
  private width = 2 ** -40;

  /** Not-a-number and infinity are passed over. */
  add(values: ArrayLike<number>): void {
    const [least, most] = finiteRange(values);
    if (least > most) return;
    this.least = Math.min(this.least, least);
    this.most = Math.max(this.most, most);
    const largest = Math.max(Math.abs(least), Math.abs(most));
    while (largest >= this.width * bins) this.widen();
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      this.counts[bins + Math.floor(value / this.width)]!++;
      this.total++;
    }
  }

  /**
   * The mean square of what rounding to a grid of `steps` steps between the limits, and cutting off beyond them, does to
   * the numbers seen.
   */
  meanSquaredError({ least, most }: ValueRange, steps: number): number {
    // Within a step the error is spread evenly.
    const inside = ((most - least) / steps) ** 2 / 12;
    let sum = 0;
    for (const [bin, count] of this.counts.entries()) {
      if (count === 0) continue;
      const value = (bin - bins + 0.5) * this.width;
      const beyond = Math.max(least - value, value - most, 0);
      // Numbers in the bins around 0 are mostly zeros, which every grid has.
      const isZero = bin === bins || bin === bins - 1;
      sum += count * (beyond > 0 ? beyond ** 2 : isZero ? 0 : inside);
    }
    return sum / this.total;
  }

  /** Counts of absolute values, by multiples of `binWidth`. */
  magnitudes(): { counts: Float64Array; binWidth: number } {
    const counts = new Float64Array(bins);
    for (let bin = 0; bin < bins; bin++) counts[bin] = this.counts[bins + bin]! + this.counts[bins - 1 - bin]!;
    return { counts, binWidth: this.width };
  }

  /** The number below which the given share of all numbers lies, to the width of a bin. @param share 0 to 1 */
  quantile(share: number): number {
    let below = 0;
    for (const [bin, count] of this.counts.entries()) {
      below += count;
      if (below >= share * this.total && count > 0) {
        return Math.min(Math.max((bin + 1 - bins) * this.width, this.least), this.most);
      }
    }
    return this.most;
  }

  private widen(): void {
    const merged = new Float64Array(2 * bins);
    for (let bin = 0; bin < 2 * bins; bin++) merged[bins + Math.floor((bin - bins) / 2)]! += this.counts[bin]!;
    this.counts = merged;
    this.width *= 2;
  }
}

function finiteRange(values: ArrayLike<number>): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
