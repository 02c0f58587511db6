import { ModelLoadError, ModelRunError, SessionClosedError } from '../errors.js';
import { LoadFailed } from '../runtime/load-failed.js';
import type { LoadReport } from '../runtime/load-request.js';
import { SessionThread, ThreadDiedError } from '../runtime/session-thread.js';
import { buffersOf } from '../tensors/take.js';
import { residentBytesOf, type MemoryBudget } from './memory-budget.js';
import type { ModelEntry } from './model-entry.js';
import type { Request } from './request-queue.js';
import { victimFor } from './victims.js';

/** A load that somebody waits for. */
interface WantedLoad {
  readonly entry: ModelEntry;
  readonly sinceMs: number;
  /** How many threads shall hold the model. */
  readonly nReplicas: number;
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}

/**
 * Gives the threads their work: the model whose request has waited longest goes first; requests of one model share batches;
 * models are loaded where they are needed and leave when the memory is needed elsewhere. One call per thread is under way at a
 * time, so that what arrives meanwhile gathers into the next batch.
 */
export class Dispatcher {
  private readonly threads: SessionThread[] = [];
  private readonly entries = new Set<ModelEntry>();
  private readonly wanted = new Set<WantedLoad>();
  private isScheduled = false;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly nThreads: number,
    private readonly budget: MemoryBudget,
  ) {}

  /** Loads a model into some threads. @throws ModelLoadError */
  open(entry: ModelEntry, nReplicas: number): Promise<void> {
    this.entries.add(entry);
    return new Promise((resolve, reject) => {
      this.wanted.add({ entry, sinceMs: performance.now(), nReplicas, resolve, reject });
      this.schedule();
    });
  }

  /** Lets a request wait for its turn. */
  add(entry: ModelEntry, request: Request): void {
    entry.queue.add(request);
    this.schedule();
  }

  /** Gives up a model: what waits for it is rejected, and its memory is given back when its runs have ended. */
  async remove(entry: ModelEntry): Promise<void> {
    entry.isClosed = true;
    this.entries.delete(entry);
    this.rejectAll(entry, new SessionClosedError());
    await Promise.all([...entry.replicas.keys()].map((thread) => this.unload(entry, thread)));
  }

  /** Unloads models that nobody has used since this moment of `performance.now()`. */
  unloadIdleSince(atMs: number): void {
    for (const entry of this.entries) {
      if (!entry.isIdle || entry.lastUsedAtMs > atMs) continue;
      for (const thread of [...entry.replicas.keys()]) void this.unload(entry, thread);
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const entry of this.entries) this.rejectAll(entry, new SessionClosedError());
    await Promise.all(this.threads.splice(0).map((thread) => thread.end()));
  }

  private schedule(): void {
    if (this.isScheduled || this.isClosed) return;
    this.isScheduled = true;
    // What one turn of the event loop brings is one batch.
    setImmediate(() => {
      this.isScheduled = false;
      if (!this.isClosed) this.turn();
    });
  }

  private turn(): void {
    const now = performance.now();
    for (const load of [...this.wanted].sort((a, b) => a.sinceMs - b.sinceMs)) {
      if (load.entry.replicas.size + load.entry.loading.size < load.nReplicas) this.tryLoad(load.entry, load.sinceMs);
    }
    let nextMs = Infinity;
    for (const entry of [...this.entries].sort((a, b) => a.queue.oldestAtMs - b.queue.oldestAtMs)) {
      if (entry.queue.readyAtMs > now) nextMs = Math.min(nextMs, entry.queue.readyAtMs);
      else this.serve(entry, now);
    }
    clearTimeout(this.timer);
    if (nextMs < Infinity) this.timer = setTimeout(() => this.schedule(), Math.max(0, nextMs - now));
  }

  private serve(entry: ModelEntry, now: number): void {
    const free = [...entry.replicas.keys()].filter((thread) => !thread.isBusy);
    for (const thread of free) {
      if (entry.queue.readyAtMs > now) break;
      // Threads that compute will be free before a large batch has ended: what is waiting is shared with them.
      void this.run(entry, thread, entry.queue.takeBatch(entry.replicas.size));
    }
    if (entry.queue.readyAtMs <= now && entry.loading.size === 0) this.tryLoad(entry, entry.replicas.size === 0 ? entry.queue.oldestAtMs : undefined);
  }

  private async run(entry: ModelEntry, thread: SessionThread, batch: readonly Request[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    const requests = batch.map(({ feeds }) => feeds);
    entry.nRunning += batch.length;
    try {
      const transfer = buffersOf(requests.flatMap((feeds) => Object.values(feeds)));
      const outcomes = await thread.call('run', { model: entry.id, requests, fetch: first.fetch }, transfer);
      outcomes.forEach((outcome, i) => {
        if ('outputs' in outcome) batch[i]!.resolve(outcome.outputs);
        else batch[i]!.reject(new ModelRunError(entry.request.digest, outcome.error));
      });
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      for (const { reject } of batch) reject(new ModelRunError(entry.request.digest, message, { cause }));
    }
    entry.nRunning -= batch.length;
    entry.nBatches += 1;
    entry.nRequests += batch.length;
    entry.nRows += batch.reduce((sum, { rows }) => sum + rows, 0);
    entry.lastUsedAtMs = performance.now();
    if (entry.replicas.has(thread)) entry.replicas.set(thread, entry.lastUsedAtMs);
    this.schedule();
  }

  /**
   * Begins to load a model where a thread and memory are free.
   * @param neededSinceMs since when somebody waits for it: other models may have to leave; undefined for one more replica
   */
  private tryLoad(entry: ModelEntry, neededSinceMs: number | undefined): void {
    if (entry.replicas.size + entry.loading.size >= entry.maxReplicas) return;
    // First loads come one after the other, so that each is measured by itself.
    if (!entry.report && [...this.entries].some(({ loading, report }) => !report && loading.size > 0)) return;
    const thread = this.freeThreadFor(entry);
    if (!thread) return;
    while (!this.budget.fits(entry.replicaBytes)) {
      if (neededSinceMs === undefined || !this.evictFor(entry, neededSinceMs)) return;
    }
    void this.load(entry, thread);
  }

  /** A thread that does nothing and does not hold the model; the one that holds least. */
  private freeThreadFor(entry: ModelEntry): SessionThread | undefined {
    const nHeld = (thread: SessionThread) => [...this.entries].filter(({ replicas }) => replicas.has(thread)).length;
    const free = this.threads.filter((thread) => !thread.isBusy && !entry.replicas.has(thread));
    const [emptiest] = free.sort((a, b) => nHeld(a) - nHeld(b));
    if (emptiest && nHeld(emptiest) === 0) return emptiest;
    if (this.threads.length >= this.nThreads) return emptiest;
    const thread = new SessionThread((dead) => this.forget(dead));
    this.threads.push(thread);
    return thread;
  }

  private async load(entry: ModelEntry, thread: SessionThread): Promise<void> {
    const reservedBytes = entry.replicaBytes;
    this.budget.add(reservedBytes);
    entry.loading.add(thread);
    try {
      const report = await thread.call('load', { model: entry.id, request: entry.request });
      entry.loading.delete(thread);
      this.keep(entry, thread, report, reservedBytes);
    } catch (cause) {
      entry.loading.delete(thread);
      this.budget.add(-reservedBytes);
      this.giveUpLoad(entry, cause);
    }
    this.schedule();
  }

  private keep(entry: ModelEntry, thread: SessionThread, report: LoadReport, reservedBytes: number): void {
    if (!entry.report) {
      // The first measurement counts for all replicas, so that what is given back is what was taken.
      entry.report = report;
      entry.replicaBytes = residentBytesOf(report.fileBytes, report.residentBytes);
    }
    this.budget.add(entry.replicaBytes - reservedBytes);
    entry.lastUsedAtMs = performance.now();
    // It may have turned out larger than its estimate.
    while (!this.budget.fits(0) && this.evictFor(entry, entry.lastUsedAtMs));
    entry.replicas.set(thread, entry.lastUsedAtMs);
    if (entry.isClosed) void this.unload(entry, thread);
    for (const load of this.wanted)
      if (load.entry === entry && entry.replicas.size >= Math.min(load.nReplicas, entry.maxReplicas)) {
        this.wanted.delete(load);
        load.resolve();
      }
  }

  private giveUpLoad(entry: ModelEntry, cause: unknown): void {
    const { digest } = entry.request;
    const error =
      cause instanceof LoadFailed
        ? new ModelLoadError(digest, cause.reason, cause.message, { cause })
        : new ModelLoadError(digest, cause instanceof ThreadDiedError ? 'crash' : 'rejected', String(cause), { cause });
    if (entry.replicas.size > 0) {
      // It runs elsewhere; another place for it was only a wish.
      entry.maxReplicas = entry.replicas.size;
      for (const load of this.wanted)
        if (load.entry === entry) {
          this.wanted.delete(load);
          load.resolve();
        }
    } else if (entry.loading.size === 0) this.rejectAll(entry, error);
  }

  private evictFor(entry: ModelEntry, sinceMs: number): boolean {
    const victim = victimFor(entry, sinceMs, this.entries);
    if (victim) void this.unload(victim.entry, victim.thread);
    return victim !== undefined;
  }

  private async unload(entry: ModelEntry, thread: SessionThread): Promise<void> {
    if (!entry.replicas.delete(thread)) return;
    this.budget.add(-entry.replicaBytes);
    // A thread that died has nothing left to unload.
    await thread.call('unload', { model: entry.id }).catch(() => undefined);
    this.schedule();
  }

  private forget(thread: SessionThread): void {
    const index = this.threads.indexOf(thread);
    if (index >= 0) this.threads.splice(index, 1);
    for (const entry of this.entries) if (entry.replicas.delete(thread)) this.budget.add(-entry.replicaBytes);
    this.schedule();
  }

  private rejectAll(entry: ModelEntry, cause: Error): void {
    for (const request of entry.queue.drain()) request.reject(cause);
    for (const load of this.wanted)
      if (load.entry === entry) {
        this.wanted.delete(load);
        load.reject(cause);
      }
  }
}
