import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { batchAxesOf, type BatchingOptions } from './batch-axes.js';
import { ModelLoadError, SessionClosedError } from './errors.js';
import { ModelSession } from './model-session.js';
import { Quarantine } from './quarantine/quarantine.js';
import { Verdicts } from './quarantine/verdicts.js';
import type { LoadRequest, ModelSource, RuntimeOptions, WarmUpOptions } from './runtime/load-request.js';
import { Dispatcher } from './schedule/dispatcher.js';
import { estimateResidentBytes, MemoryBudget } from './schedule/memory-budget.js';
import { ModelEntry } from './schedule/model-entry.js';
import { RequestQueue } from './schedule/request-queue.js';
import { sharedBytes } from './shared-bytes.js';
import { describeSessions, type SessionStatistics } from './statistics.js';

export interface ModelSessionsOptions {
  /** Worker threads; models share them. @default the processor's cores */
  readonly workers?: number;
  /** Memory that all loaded models may take together. @default a quarter of the machine's */
  readonly memoryBytes?: number;
  /** A model that nobody has used for this long leaves the memory, and is loaded again when it is asked. @default 10 minutes */
  readonly idleUnloadMs?: number;
  /** Where verdicts on tried models are kept; without it they are forgotten with the process. */
  readonly verdictFile?: string;
  /** How long a model that is tried for the first time may take. @default 60 seconds */
  readonly trialTimeoutMs?: number;
}

/** A model to open: its SHA-256 (64 lower-case hexadecimal digits) and its bytes or its file. Large models come as files. */
export type ModelFileSource = { readonly digest: string } & ModelSource;

export interface OpenOptions extends RuntimeOptions {
  /** Without it every request runs alone. */
  readonly batching?: BatchingOptions;
  /** Most workers that hold the model at once, as requests wait and memory allows. @default all */
  readonly maxReplicas?: number;
  /** Workers that hold it before `open` resolves. @default 1 */
  readonly readyReplicas?: number;
  readonly warmUp?: WarmUpOptions;
  /** Most requests that wait at once; what comes then is refused. @default 1024 */
  readonly maxWaiting?: number;
  /** The digest is vouched for (a model that ships with the suite): it is not tried in a process of its own first. */
  readonly isTrusted?: boolean;
}

const IDLE_CHECKS = 4;

/**
 * Models in memory. Each is loaded into as many worker threads as its load needs and the memory allows; requests of different
 * callers are run together; what is idle makes room. A model that was never seen before is first tried in a process of its own.
 */
export class ModelSessions {
  private readonly entries = new Map<string, { entry: ModelEntry; ready: Promise<void> }>();
  private readonly budget: MemoryBudget;
  private readonly dispatcher: Dispatcher;
  private readonly quarantine: Quarantine;
  private readonly idleTimer: NodeJS.Timeout;
  private readonly nWorkers: number;
  private nextId = 0;
  private isClosed = false;

  constructor(options: ModelSessionsOptions = {}) {
    this.nWorkers = options.workers ?? availableParallelism();
    this.budget = new MemoryBudget(options.memoryBytes ?? totalmem() / 4);
    this.dispatcher = new Dispatcher(this.nWorkers, this.budget);
    this.quarantine = new Quarantine({
      timeoutMs: options.trialTimeoutMs ?? 60_000,
      memoryBytes: this.budget.limitBytes + QUARANTINE_BASE_BYTES,
      verdicts: new Verdicts(options.verdictFile),
    });
    const idleMs = options.idleUnloadMs ?? 10 * 60_000;
    const check = () => this.dispatcher.unloadIdleSince(performance.now() - idleMs);
    this.idleTimer = setInterval(check, Math.max(1, idleMs / IDLE_CHECKS)).unref();
  }

  /**
   * Opens a model; resolves when it has answered a warm-up request. Opens of one model with the same options share it.
   * @throws ModelLoadError with the reason, also where the options do not suit the model
   */
  async open(model: ModelFileSource, options: OpenOptions = {}): Promise<ModelSession> {
    if (this.isClosed) throw new SessionClosedError();
    if (!/^[0-9a-f]{64}$/.test(model.digest)) throw new RangeError('a digest is 64 lower-case hexadecimal digits');
    const key = keyOf(model.digest, options);
    let opened = this.entries.get(key);
    if (!opened) {
      const entry = await this.createEntry(model, options);
      // Another open may have come first meanwhile.
      opened = this.entries.get(key);
      if (!opened) this.entries.set(key, (opened = { entry, ready: this.load(entry, options) }));
    }
    const { entry, ready } = opened;
    entry.nHandles += 1;
    try {
      await ready;
    } catch (cause) {
      await this.closeHandle(key, entry);
      throw cause;
    }
    return new ModelSession(entry, this.dispatcher, () => this.closeHandle(key, entry));
  }

  /** What is loaded, and how much it did. */
  statistics(): SessionStatistics {
    return describeSessions([...this.entries.values()].map(({ entry }) => entry), this.budget);
  }

  /** Ends the workers; what waits is rejected, runs under way are waited for. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.idleTimer);
    await Promise.all([this.dispatcher.close(), this.quarantine.close()]);
    this.entries.clear();
  }

  private async createEntry(model: ModelFileSource, options: OpenOptions): Promise<ModelEntry> {
    const source = 'path' in model ? { path: model.path } : { bytes: await sharedBytes(model.bytes) };
    const fileBytes = 'path' in source ? await sizeOf(model.digest, source.path) : source.bytes.byteLength;
    const { batching, threads, optimisation } = options;
    const request: LoadRequest = {
      digest: model.digest,
      source,
      options: { ...(threads && { threads }), ...(optimisation && { optimisation }) },
      warmUp: options.warmUp ?? {},
      batching,
    };
    const queue = new RequestQueue(batching?.maxSize ?? 1, batching?.maxDelayMs ?? 0, options.maxWaiting ?? 1_024);
    const maxReplicas = Math.min(options.maxReplicas ?? this.nWorkers, this.nWorkers);
    return new ModelEntry(this.nextId++, request, queue, maxReplicas, estimateResidentBytes(fileBytes));
  }

  private async load(entry: ModelEntry, options: OpenOptions): Promise<void> {
    const { digest } = entry.request;
    if (entry.replicaBytes > this.budget.limitBytes)
      throw new ModelLoadError(digest, 'memory', 'it is larger than the memory for all models');
    if (!options.isTrusted) await this.quarantine.prove(entry.request);
    await this.dispatcher.open(entry, Math.min(options.readyReplicas ?? 1, entry.maxReplicas));
    if (options.batching && entry.report) entry.axes = batchAxesOf(entry.report.signature, options.batching.dimension);
  }

  private async closeHandle(key: string, entry: ModelEntry): Promise<void> {
    entry.nHandles -= 1;
    if (entry.nHandles > 0 || this.isClosed) return;
    if (this.entries.get(key)?.entry === entry) this.entries.delete(key);
    await this.dispatcher.remove(entry);
  }
}

/** What the trying process takes without a model: measured 70 to 90 MB. */
const QUARANTINE_BASE_BYTES = 160 * 2 ** 20;

async function sizeOf(digest: string, path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new ModelLoadError(digest, 'missing', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Opens with one key share a model. Warm-up feeds are large and are told apart by their hash. */
function keyOf(digest: string, { warmUp, ...options }: OpenOptions): string {
  const hash = createHash('sha256');
  for (const [name, { elementType, dims, data }] of Object.entries(warmUp?.feeds ?? {})) {
    hash.update(`${name} ${elementType} ${dims.join()} `);
    hash.update(ArrayBuffer.isView(data) ? data : JSON.stringify(data));
  }
  return JSON.stringify([digest, options, warmUp?.dims, hash.digest('hex')]);
}
