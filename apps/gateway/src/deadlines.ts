import type { Abandonment } from './abandonment.js';

/** Something that is given up when its time is over. */
interface Entry {
  readonly call: Abandonment;
  readonly atMs: number;
}

/** Gives up calls that take too long. One timer looks at all of them, since a timer per request is measurable. */
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

  /** Abandons `call` after `ms`, unless the returned function is called before. */
  within(ms: number, call: Abandonment): () => void {
    const entry = { call, atMs: this.now() + ms };
    this.entries.add(entry);
    return () => this.entries.delete(entry);
  }

  /** Gives up what is overdue. */
  sweep(): void {
    const now = this.now();
    for (const entry of this.entries) {
      if (entry.atMs > now) continue;
      this.entries.delete(entry);
      entry.call.abandon(new DOMException('The call took too long', 'TimeoutError'));
    }
  }

  close(): void {
    clearInterval(this.timer);
  }
}
