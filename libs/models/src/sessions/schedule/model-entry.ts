import type { BatchAxes } from '../batch-axes.js';
import type { LoadReport, LoadRequest } from '../runtime/load-request.js';
import type { SessionThread } from '../runtime/session-thread.js';
import type { RequestQueue } from './request-queue.js';

/** A model that is open, loaded or not. The dispatcher changes it. */
export class ModelEntry {
  /** Threads that hold the model, by when they last ran it. */
  readonly replicas = new Map<SessionThread, number>();
  /** Threads that are loading it. */
  readonly loading = new Set<SessionThread>();
  report: LoadReport | undefined;
  axes: BatchAxes | undefined;
  /** Memory of one replica. */
  replicaBytes: number;
  /** How many handles are open. */
  nHandles = 0;
  /** Requests that a worker is computing. */
  nRunning = 0;
  nBatches = 0;
  nRequests = 0;
  nRows = 0;
  lastUsedAtMs = performance.now();
  isClosed = false;

  /**
   * @param id the model's number in its workers
   * @param maxReplicas most threads that hold it at once; falls where a thread fails to load it
   */
  constructor(
    readonly id: number,
    readonly request: LoadRequest,
    readonly queue: RequestQueue,
    public maxReplicas: number,
    estimatedBytes: number,
  ) {
    this.replicaBytes = estimatedBytes;
  }

  /** Nobody waits for it or is being answered. */
  get isIdle(): boolean {
    return this.queue.size === 0 && this.nRunning === 0 && this.loading.size === 0;
  }
}
