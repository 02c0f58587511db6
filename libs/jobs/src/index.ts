export {
  RingLater,
  WorkQueue,
  type OpenTransaction,
  type QueueEntry,
  type QueueHandler,
  type QueueRun,
  type Working,
  type WorkOptions,
} from './queue/work-queue.js';
export { PostgresWorkQueue, type PostgresWorkQueueConfig } from './queue/postgres/postgres-work-queue.js';
