/** So many events in a span of time, then no more. Spans follow each other; nothing is kept of the former. */
export class Allowance {
  private startedAtMs: number;
  private nTaken = 0;

  constructor(
    private readonly limit: number,
    private readonly spanMs: number,
    private readonly now: () => number = Date.now,
  ) {
    this.startedAtMs = now();
  }

  /** Whether one more is within the allowance. */
  take(): boolean {
    const now = this.now();
    if (now - this.startedAtMs >= this.spanMs) {
      this.startedAtMs = now;
      this.nTaken = 0;
    }
    return ++this.nTaken <= this.limit;
  }
}
