import type { MemoryBudget } from './schedule/memory-budget.js';
import type { ModelEntry } from './schedule/model-entry.js';

/** One open model, for a page or a log. */
export interface ModelStatistics {
  readonly digest: string;
  /** Workers that hold it; 0 where it has left the memory until it is asked again. */
  readonly nReplicas: number;
  /** Memory that its replicas take together, as measured when it was loaded. */
  readonly bytes: number;
  /** Requests that wait. */
  readonly queueDepth: number;
  /** Requests that are being computed. */
  readonly nRunning: number;
  /** Answered so far. */
  readonly nRequests: number;
  readonly nRows: number;
  /** Runs that answered them; fewer than requests where they were batched. */
  readonly nBatches: number;
  /** Time of the first load, warm-up included. */
  readonly loadMs: number;
  /** The runtime's words where the guessed warm-up feeds did not suit the model. */
  readonly warmUpProblem: string | undefined;
}

export interface SessionStatistics {
  readonly models: readonly ModelStatistics[];
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** Reads off what the entries have counted. */
export function describeSessions(entries: readonly ModelEntry[], budget: MemoryBudget): SessionStatistics {
  const models = entries.map((entry) => ({
    digest: entry.request.digest,
    nReplicas: entry.replicas.size,
    bytes: entry.replicas.size * entry.replicaBytes,
    queueDepth: entry.queue.size,
    nRunning: entry.nRunning,
    nRequests: entry.nRequests,
    nRows: entry.nRows,
    nBatches: entry.nBatches,
    loadMs: entry.report?.loadMs ?? 0,
    warmUpProblem: entry.report?.warmUpProblem,
  }));
  return { models, usedBytes: budget.used, limitBytes: budget.limitBytes };
}
