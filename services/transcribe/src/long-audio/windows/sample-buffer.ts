/** The latest samples of a sound that goes on, by their number from its beginning. What is no longer needed is dropped. */
export class SampleBuffer {
  private samples = new Float32Array(1 << 16);
  private filled = 0;

  /** @param from number of the first sample that will be pushed */
  constructor(private from = 0) {}

  /** Samples that are held. */
  get size(): number {
    return this.filled;
  }

  push(more: Float32Array): void {
    const needed = this.filled + more.length;
    if (needed > this.samples.length) {
      const larger = new Float32Array(Math.max(needed, this.samples.length * 2));
      larger.set(this.samples.subarray(0, this.filled));
      this.samples = larger;
    }
    this.samples.set(more, this.filled);
    this.filled = needed;
  }

  /** Forgets what comes before a sample. */
  dropBefore(sample: number): void {
    const gone = Math.min(this.filled, Math.max(0, sample - this.from));
    this.samples.copyWithin(0, gone, this.filled);
    this.filled -= gone;
    this.from += gone;
  }

  /**
   * A copy of the samples from `start` up to, not including, `end`; fewer where the sound ends before.
   * @throws RangeError where they are forgotten
   */
  slice(start: number, end: number): Float32Array {
    if (start < this.from) throw new RangeError(`sample ${start} is forgotten; ${this.from} is the first`);
    return this.samples.slice(start - this.from, Math.min(end - this.from, this.filled));
  }
}
