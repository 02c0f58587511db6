import type { SessionThread } from '../runtime/session-thread.js';
import type { ModelEntry } from './model-entry.js';

/** A loaded model's place in one thread. */
export interface Replica {
  readonly entry: ModelEntry;
  readonly thread: SessionThread;
}

/**
 * Chooses what leaves for a model that must be loaded: the replica that was used longest ago, of a model that nobody waits
 * for; where there is none, one whose requests are younger than the wish, so that none starves. Threads that are computing keep
 * what they have.
 * @param sinceMs since when the model is wanted, by `performance.now()`
 * @returns undefined where nothing can leave now
 */
export function victimFor(
  wanted: ModelEntry,
  sinceMs: number,
  entries: Iterable<ModelEntry>,
): Replica | undefined {
  let best: (Replica & { readonly isWanted: boolean; readonly usedAtMs: number }) | undefined;
  for (const entry of entries) {
    if (entry === wanted) continue;
    const isWanted = entry.queue.size > 0;
    if (isWanted && entry.queue.oldestAtMs <= sinceMs) continue;
    for (const [thread, usedAtMs] of entry.replicas) {
      if (thread.isBusy) continue;
      const isBetter = !best || (best.isWanted && !isWanted) || (best.isWanted === isWanted && usedAtMs < best.usedAtMs);
      if (isBetter) best = { entry, thread, isWanted, usedAtMs };
    }
  }
  return best;
}
