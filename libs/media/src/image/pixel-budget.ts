/**
 * Lets work in whose pixels fit a shared budget, in the order it came, so that many large images decode one after another
 * instead of all at once. One that is larger than the whole budget runs alone.
 */
export class PixelBudget {
  private inUse = 0;
  private readonly waiting: { readonly pixels: number; readonly enter: () => void }[] = [];

  constructor(private readonly pixels: number) {}

  /** Runs `work` when there is room. @throws the signal's reason where it aborts before that */
  async run<T>(pixels: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.enter(pixels, signal);
    try {
      return await work();
    } finally {
      this.inUse -= pixels;
      this.admit();
    }
  }

  private enter(pixels: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const entry = {
        pixels,
        enter: () => {
          signal?.removeEventListener('abort', leave);
          this.inUse += pixels;
          resolve();
        },
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        this.admit();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(entry);
      this.admit();
    });
  }

  private admit(): void {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      if (this.inUse > 0 && this.inUse + next.pixels > this.pixels) return;
      this.waiting.shift();
      next.enter();
    }
  }
}
