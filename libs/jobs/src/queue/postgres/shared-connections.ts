import { EventEmitter } from 'node:events';
import { PreparingClient } from '@lantern/store';
import pg from 'pg';
import { QUEUE_SCHEMA } from './queue-schema.js';
import { SharedListener } from './shared-listener.js';

type Result = Promise<pg.QueryResult>;

/** Connections of this process's workers beside the one that listens. */
const POOL_SIZE = 4;

/**
 * All queues of this process share a few connections: a pool for queries, and one connection that listens. BullMQ would
 * have a pool and a listening connection for each queue.
 */
export class SharedConnections {
  readonly pool: pg.Pool;
  readonly listener: SharedListener;

  /** @param onError told of connections that break while idle; they are replaced */
  constructor(url: string, onError: (error: Error) => void) {
    this.pool = new pg.Pool({
      connectionString: url,
      Client: PreparingClient,
      max: POOL_SIZE,
      // A connection is kept for the next entry, which would otherwise wait for a new one.
      min: 1,
      application_name: 'lantern queues',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      // Claims and completions need not outlive a crash of the server: what it forgets rings again. `add` is durable.
      options: `-c search_path=${QUEUE_SCHEMA} -c synchronous_commit=off`,
    });
    this.pool.on('error', onError);
    this.listener = new SharedListener(url);
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.pool.end();
  }
}

/** What the worker of one queue takes for a pool of its own. */
export class WorkerConnections extends EventEmitter {
  /** Tells BullMQ that broken connections are noticed, so that an idle worker need not look every few seconds. */
  readonly options = { keepAlive: true };

  constructor(private readonly shared: SharedConnections) {
    super();
  }

  query(text: string, values?: readonly unknown[]): Result {
    return this.shared.pool.query(text, values as unknown[]);
  }

  /** BullMQ borrows a client to look at the schema and to listen; both are shared. */
  connect(): Promise<BorrowedClient> {
    return Promise.resolve(new BorrowedClient(this, this.shared.listener));
  }

  /** The shared connections outlive the worker. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}

/** Passes queries to the pool and `LISTEN` to the shared listener. */
class BorrowedClient extends EventEmitter {
  constructor(
    private readonly pool: WorkerConnections,
    private readonly listener: SharedListener,
  ) {
    super();
  }

  async query(text: string, values?: readonly unknown[]): Result {
    if (!/^LISTEN\s/m.test(text)) return this.pool.query(text, values);
    await this.listener.listen(text, this);
    return { rows: [], rowCount: 0, command: 'LISTEN', oid: 0, fields: [] };
  }

  release(): void {
    this.listener.forget(this);
  }
}
