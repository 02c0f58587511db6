/** Answers and absences, kept for a fixed time; the oldest go first when it is full. */
export class TimedCache<V> {
  private readonly entries = new Map<string, { readonly value: V | undefined; readonly until: number }>();
  private readonly loading = new Map<string, Promise<V | undefined>>();
  /** Counts removals, so that an answer that was under way during one is not kept. */
  private removals = 0;

  constructor(
    private readonly load: (key: string) => Promise<V | undefined>,
    private readonly options: { readonly lifetimeMs: number; readonly size: number; readonly now: () => number },
  ) {}

  /** The value, at once if it is fresh; otherwise a promise. Callers that ask together share one load. */
  get(key: string): V | undefined | Promise<V | undefined> {
    const entry = this.entries.get(key);
    if (entry && entry.until > this.options.now()) return entry.value;
    const pending = this.loading.get(key);
    if (pending) return pending;
    const promise = this.fill(key).finally(() => this.loading.delete(key));
    this.loading.set(key, promise);
    return promise;
  }

  remove(key: string): void {
    this.entries.delete(key);
    this.loading.delete(key);
    this.removals += 1;
  }

  private async fill(key: string): Promise<V | undefined> {
    // Counted from before the question, so that a change after it is seen within the lifetime.
    const until = this.options.now() + this.options.lifetimeMs;
    const { removals } = this;
    const value = await this.load(key);
    if (removals !== this.removals) return value;
    this.entries.delete(key);
    this.entries.set(key, { value, until });
    if (this.entries.size > this.options.size) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    return value;
  }
}
