import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerBatch } from './pool-messages.js';

/** Whether an item is still wanted: an AbortSignal, or what knows as much and costs less. */
export type Abortable = Pick<AbortSignal, 'aborted' | 'reason'>;

export interface PoolOptions {
  /** Module that calls `serveBatches`. */
  readonly script: URL;
  /** Given to each worker as `workerData`; share large bytes through a SharedArrayBuffer. */
  readonly data: unknown;
  /** Number of worker threads. */
  readonly size: number;
  /** Most items in one message to a worker. */
  readonly maxSize: number;
  /** How long the first item of a batch waits for company; 0 sends what one turn of the event loop gathered. */
  readonly maxDelayMs: number;
  /** Told when a worker ended without being asked to. */
  readonly onCrash?: (cause: Error) => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly signal: Abortable | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (cause: Error) => void;
}

interface Member<Item, Result> {
  worker: Worker;
  /** The batch that it works on. */
  batch: readonly Waiting<Item, Result>[] | undefined;
  ready: boolean;
  /** Ends in a row without an answered batch. */
  failures: number;
}

/** A pool gives up on a worker that died this often in a row without answering anything. */
const MAX_FAILURES = 5;

/**
 * Worker threads behind one queue: items of different callers travel in shared batches, one batch per worker at a time, so
 * that batches grow with the load and cost nothing without it. A worker that dies fails its batch and is replaced.
 */
export class BatchingPool<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private readonly members: Member<Item, Result>[] = [];
  private scheduled = false;
  private closed = false;

  constructor(private readonly options: PoolOptions) {
    for (let i = 0; i < options.size; i++) this.members.push(this.startMember(0));
  }

  /** Resolves when every worker has loaded. @throws Error where one cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => untilLoaded(member)));
  }

  /**
   * Runs one item.
   * @param signal looked at before the item leaves and when its answer is back; a batch under way is not interrupted
   * @throws the worker's error for this item, or an Error where its worker died
   */
  run(item: Item, signal?: Abortable): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error('the pool is closed'));
      this.waiting.push({ item, signal, resolve, reject });
      this.schedule();
    });
  }

  /** Ends the workers at once; what waits is rejected. */
  async close(): Promise<void> {
    this.closed = true;
    const cause = new Error('the pool is closed');
    for (const waiting of this.waiting.splice(0)) waiting.reject(cause);
    await Promise.all(
      this.members.map(({ worker, batch }) => {
        batch?.forEach((waiting) => waiting.reject(cause));
        return worker.terminate();
      }),
    );
  }

  private schedule(): void {
    if (this.scheduled || !this.members.some((member) => !member.batch)) return;
    this.scheduled = true;
    if (this.options.maxDelayMs > 0) setTimeout(this.dispatch, this.options.maxDelayMs);
    else setImmediate(this.dispatch);
  }

  private readonly dispatch = (): void => {
    this.scheduled = false;
    for (const member of this.members) {
      if (this.waiting.length === 0) return;
      if (!member.batch) this.give(member);
    }
  };

  private give(member: Member<Item, Result>): void {
    const batch: Waiting<Item, Result>[] = [];
    while (this.waiting.length > 0 && batch.length < this.options.maxSize) {
      const next = this.waiting.splice(0, this.options.maxSize - batch.length);
      for (const waiting of next) {
        if (waiting.signal?.aborted) waiting.reject(asError(waiting.signal.reason));
        else batch.push(waiting);
      }
    }
    if (batch.length === 0) return;
    member.batch = batch;
    const message: WorkerBatch<Item> = { items: batch.map(({ item }) => item) };
    member.worker.postMessage(message);
  }

  private startMember(failures: number): Member<Item, Result> {
    const worker = new Worker(this.options.script, { workerData: this.options.data });
    const member: Member<Item, Result> = { worker, batch: undefined, ready: false, failures };
    let cause = new Error('a worker ended without a reason');
    worker.on('message', (answer: WorkerAnswer<Result>) => this.receive(member, answer));
    worker.on('error', (error: Error) => (cause = error));
    worker.on('exit', () => {
      if (!this.closed) this.replace(member, cause);
    });
    worker.unref();
    return member;
  }

  private receive(member: Member<Item, Result>, answer: WorkerAnswer<Result>): void {
    if (answer === 'loaded') {
      member.ready = true;
      member.worker.emit('loaded');
      return;
    }
    const batch = member.batch ?? [];
    member.batch = undefined;
    member.failures = 0;
    // The next batch leaves first, so that the worker computes while the answers are handed out.
    if (this.waiting.length > 0) this.give(member);
    for (let i = 0; i < batch.length; i++) {
      const { resolve, reject, signal } = batch[i]!;
      const error = answer.errors?.[i];
      if (signal?.aborted) reject(asError(signal.reason));
      else if (error !== undefined) reject(new Error(error));
      else resolve(answer.results[i]!);
    }
  }

  private replace(member: Member<Item, Result>, cause: Error): void {
    this.options.onCrash?.(cause);
    member.batch?.forEach(({ reject }) => reject(new Error('the worker died', { cause })));
    const failures = member.failures + 1;
    if (failures < MAX_FAILURES) {
      this.members[this.members.indexOf(member)] = this.startMember(failures);
    } else {
      this.members.splice(this.members.indexOf(member), 1);
    }
    if (this.members.length === 0) {
      this.closed = true;
      for (const waiting of this.waiting.splice(0)) waiting.reject(new Error('no worker is left', { cause }));
    } else if (this.waiting.length > 0) this.schedule();
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error('aborted', { cause: reason }));

function untilLoaded({ worker, ready }: { worker: Worker; ready: boolean }): Promise<void> {
  if (ready) return Promise.resolve();
  return new Promise((resolve, reject) => {
    worker.once('loaded', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker ended while it loaded')));
  });
}
