/** Something that is given up when its time is over. */
interface Entry {
  readonly controller: AbortController;
  readonly atMs: number;
}

/** Aborts calls that take too long. One timer looks at all of them, since a timer per request is measurable. */
export class Deadlines {
  private readonly entries = new Set<Entry>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly now: () => number = Date.now,
    everyMs = 250,
  ) {
    this.timer = setInterval(() => this.sweep(), everyMs);
    this.timer.unref();
  }

  /** Aborts `controller` after `ms`, unless the returned function is called before. */
  within(ms: number, controller: AbortController): () => void {
    const entry = { controller, atMs: this.now() + ms };
    this.entries.add(entry);
    return () => this.entries.delete(entry);
  }

  /** Aborts what is overdue. */
  sweep(): void {
    const now = this.now();
    for (const entry of this.entries) {
      if (entry.atMs > now) continue;
      this.entries.delete(entry);
      entry.controller.abort(new DOMException('The call took too long', 'TimeoutError'));
    }
  }

  close(): void {
    clearInterval(this.timer);
  }
}
