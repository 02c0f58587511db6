import type { Database } from '@lantern/store';
import type { WorkQueue } from '../work-queue.js';

/** A back end under test. */
export interface OpenedQueue {
  readonly database: Database;
  /** As each process has one. */
  open(onError?: (error: Error) => void): WorkQueue;
  /** Settings with which `stuck-worker.fixture.js` opens the same. */
  readonly reach: QueueReach;
  /** Ends all connections of workers that are open now, as a network or a restart does. */
  breakConnections(): Promise<void>;
  close(): Promise<void>;
}

/** How another process reaches the queue. */
export interface QueueReach {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
}
