import type { Database } from '@lantern/store';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QueueWorker, ringOptions, workerOptions } from '../queue-worker.js';
import {
  WorkQueue,
  type OpenTransaction,
  type QueueEntry,
  type QueueHandler,
  type RingExpression,
  type Working,
  type WorkOptions,
} from '../work-queue.js';
import { OutboxRelay } from './outbox-relay.js';
import { leaveInOutbox, writeOutbox, type CommittedEntry } from './outbox.js';
import { PromptForwarding } from './prompt-forwarding.js';

/** What all keys in Redis begin with; in braces, so that a cluster keeps them together. */
const PREFIX = '{lantern}';

export interface RedisWorkQueueConfig {
  /** `redis://…` or `rediss://…`, with its password and database where there are any. */
  readonly url: string;
  /** The records' database, which also holds the outbox. */
  readonly database: Database;
  /** Told of errors of handlers and connections; the queue goes on. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/**
 * BullMQ on Redis. What is added goes through an outbox in the records' database, so that it commits with its
 * transaction; where Redis is away, entries wait there.
 */
export class RedisWorkQueue extends WorkQueue {
  private readonly onError: (error: Error) => void;
  private readonly relay: OutboxRelay;
  private readonly prompt: PromptForwarding;
  private readonly queues = new Map<string, Queue>();
  private readonly connections: Redis[] = [];
  private forwarding: Redis | undefined;

  constructor(private readonly config: RedisWorkQueueConfig) {
    super();
    this.onError = config.onError ?? (() => undefined);
    const forward = (entries: readonly CommittedEntry[]) => this.forward(entries);
    this.relay = new OutboxRelay(config.database, forward, this.onError);
    this.prompt = new PromptForwarding(config.database, forward, this.onError);
  }

  async add(entry: QueueEntry, transaction?: OpenTransaction): Promise<void> {
    this.relay.start();
    await writeOutbox(transaction ?? this.config.database.kysely, entry);
  }

  asExpression({ queue, id, delayMs = 0 }: QueueEntry): Promise<RingExpression> {
    this.relay.start();
    return Promise.resolve({
      expression: leaveInOutbox({ queue, id, delayMs }),
      committed: (value) => this.prompt.add({ sequence: Number(value), queue, id, delayMs }),
    });
  }

  async work(queue: string, handler: QueueHandler, options: WorkOptions): Promise<Working> {
    this.relay.start();
    const { DelayedError, Worker } = await import('bullmq');
    // A worker waits for a Redis that is away.
    const connection = await this.connect({ maxRetriesPerRequest: null });
    const runner = new QueueWorker(handler, options, DelayedError, this.onError);
    const worker = new Worker(queue, (job, token, signal) => runner.process(job, token, signal), {
      ...workerOptions(options),
      prefix: PREFIX,
      connection,
    });
    await runner.bind(worker);
    return {
      close: async (graceMs) => {
        await runner.close(graceMs);
        connection.disconnect();
      },
    };
  }

  async close(): Promise<void> {
    await this.prompt.close();
    await this.relay.close();
    for (const queue of this.queues.values()) await queue.close();
    for (const connection of this.connections) connection.disconnect();
  }

  private async forward(entries: readonly CommittedEntry[]): Promise<void> {
    for (const name of new Set(entries.map(({ queue }) => queue))) {
      const queue = await this.queue(name);
      const rings = entries
        .filter((entry) => entry.queue === name)
        .map(({ id, delayMs: delay }) => ({ name: 'ring', data: {}, opts: { ...ringOptions, jobId: id, delay } }));
      await queue.addBulk(rings);
    }
  }

  private async queue(name: string): Promise<Queue> {
    const known = this.queues.get(name);
    if (known) return known;
    const { Queue } = await import('bullmq');
    // The relay tries again itself; a command must not wait for ever while its transaction is open.
    this.forwarding ??= await this.connect({ maxRetriesPerRequest: 1 });
    const queue = new Queue(name, { connection: this.forwarding, prefix: PREFIX, skipMetasUpdate: true });
    queue.on('error', this.onError);
    this.queues.set(name, queue);
    return queue;
  }

  private async connect(options: { maxRetriesPerRequest: number | null }): Promise<Redis> {
    const { Redis } = await import('ioredis');
    const connection = new Redis(this.config.url, { ...options, connectionName: 'lantern' });
    connection.on('error', this.onError);
    this.connections.push(connection);
    return connection;
  }
}
