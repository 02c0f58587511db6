import type { BatchPlace } from '../batch-axes.js';
import type { NamedTensors } from '../tensors/tensor.js';

/** A caller's request until it is answered. */
export interface Request extends BatchPlace {
  readonly feeds: NamedTensors;
  readonly fetch: readonly string[];
  /** When it came, by `performance.now()`. */
  readonly arrivedAtMs: number;
  readonly resolve: (outputs: NamedTensors) => void;
  readonly reject: (cause: unknown) => void;
}

/** Requests of one model that wait for a worker, oldest first. */
export class RequestQueue {
  private readonly waiting: Request[] = [];
  private nRows = 0;

  /**
   * @param maxRows rows at which a batch is full
   * @param maxDelayMs how long the oldest request waits for one to fill
   * @param maxWaiting requests at which the queue is full
   */
  constructor(
    readonly maxRows: number,
    private readonly maxDelayMs: number,
    private readonly maxWaiting = Infinity,
  ) {}

  get size(): number {
    return this.waiting.length;
  }

  get isFull(): boolean {
    return this.waiting.length >= this.maxWaiting;
  }

  get rows(): number {
    return this.nRows;
  }

  /** When the oldest request came; infinity where none waits. */
  get oldestAtMs(): number {
    return this.waiting[0]?.arrivedAtMs ?? Infinity;
  }

  /** From when on a batch may leave: at once where one is full; infinity where nothing waits. */
  get readyAtMs(): number {
    return this.nRows >= this.maxRows ? this.oldestAtMs : this.oldestAtMs + this.maxDelayMs;
  }

  add(request: Request): void {
    this.waiting.push(request);
    this.nRows += request.rows;
  }

  /** Takes a request out, whose caller has left. @returns whether it was still waiting */
  remove(request: Request): boolean {
    const index = this.waiting.indexOf(request);
    if (index < 0) return false;
    this.waiting.splice(index, 1);
    this.nRows -= request.rows;
    return true;
  }

  /**
   * Takes the oldest request and those that may share its batch.
   * @param nWorkers workers that share what is waiting
   */
  takeBatch(nWorkers: number): Request[] {
    const most = Math.min(this.maxRows, Math.max(1, Math.floor(this.nRows / nWorkers)));
    const [first] = this.waiting;
    if (!first) return [];
    const batch: Request[] = [];
    const others: Request[] = [];
    let rows = 0;
    for (const request of this.waiting) {
      const isNext =
        request === first ||
        (first.group !== undefined && request.group === first.group && rows + request.rows <= most);
      (isNext ? batch : others).push(request);
      if (isNext) rows += request.rows;
    }
    this.waiting.splice(0, Infinity, ...others);
    this.nRows -= rows;
    return batch;
  }

  /** Takes all. */
  drain(): Request[] {
    this.nRows = 0;
    return this.waiting.splice(0);
  }
}
