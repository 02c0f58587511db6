import type { Database } from '@lantern/store';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
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
import { isQueueSchemaReady, migrateQueueSchema, QUEUE_SCHEMA } from './queue-schema.js';
import { SharedConnections, WorkerConnections } from './shared-connections.js';

export interface PostgresWorkQueueConfig {
  readonly database: Database;
  /** Told of errors of handlers and connections; the queue goes on. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/**
 * BullMQ on the database that holds the records, in a schema of its own. BullMQ is loaded and connected by the first
 * `work`; a process that only adds entries does neither.
 */
export class PostgresWorkQueue extends WorkQueue {
  private readonly database: Database;
  private readonly onError: (error: Error) => void;
  private connections: SharedConnections | undefined;
  private ready: Promise<void> | undefined;

  constructor({ database, onError = () => undefined }: PostgresWorkQueueConfig) {
    super();
    this.database = database;
    this.onError = onError;
  }

  async add(entry: QueueEntry, transaction?: OpenTransaction): Promise<void> {
    await this.prepare();
    const executor: QueryExecutorProvider = transaction ?? this.database.kysely;
    await sql`select ${addition(entry)}`.execute(executor);
  }

  async asExpression(entry: QueueEntry): Promise<RingExpression> {
    await this.prepare();
    return { expression: addition(entry), committed: () => undefined };
  }

  async work(queue: string, handler: QueueHandler, options: WorkOptions): Promise<Working> {
    await this.prepare();
    const { DelayedError, PostgresConnection, PostgresQueueBackend, Worker } = await import('bullmq');
    class Connection extends PostgresConnection {
      // With a pool that it is given, BullMQ assumes the schema `bullmq`.
      override readonly schema = QUEUE_SCHEMA;
    }
    const connection = new WorkerConnections(this.connect());
    const runner = new QueueWorker(handler, options, DelayedError, this.onError);
    const worker = new Worker(
      queue,
      // BullMQ gives a signal to a processor that declares three parameters.
      (job, token, signal) => runner.process(job, token, signal),
      { ...workerOptions(options), connection },
      (name, opts) => new PostgresQueueBackend(new Connection(connection), name, { ...opts, connection }),
    );
    return runner.bind(worker);
  }

  async close(): Promise<void> {
    await this.connections?.close();
    this.connections = undefined;
  }

  /** BullMQ's tables are made by whoever needs them first. */
  private prepare(): Promise<void> {
    this.ready ??= this.makeReady().catch((error: unknown) => {
      this.ready = undefined;
      throw error;
    });
    return this.ready;
  }

  private async makeReady(): Promise<void> {
    if (!(await isQueueSchemaReady(this.database.kysely))) await migrateQueueSchema(this.connect().pool);
  }

  private connect(): SharedConnections {
    this.connections ??= new SharedConnections(this.database.url, this.onError);
    return this.connections;
  }
}

/**
 * Calls the function that BullMQ's own clients call for it, which inserts the entry and notifies the workers; both take
 * effect when the transaction commits.
 */
function addition({ queue, id, delayMs = 0 }: QueueEntry): RawBuilder<unknown> {
  const delay = Math.max(0, Math.round(delayMs));
  return sql`${sql.id(QUEUE_SCHEMA, 'add_job')}(
    ${queue}::text, ${id}::text, 'ring', '{}'::jsonb, ${JSON.stringify({ ...ringOptions, jobId: id, delay })}::jsonb,
    0, ${delay}::bigint, ${Date.now()}::bigint, 1, null, null, null, null, null, false)`;
}
