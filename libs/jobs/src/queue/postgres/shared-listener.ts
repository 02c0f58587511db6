import { EventEmitter } from 'node:events';
import pg from 'pg';

/** A notification as node-postgres delivers it. */
type Notification = pg.Notification;

/**
 * One connection that listens for all queues of this process. BullMQ would hold one for each queue, and each costs the
 * server a process.
 */
export class SharedListener {
  private readonly subscribers = new Set<EventEmitter>();
  private connecting: Promise<pg.Client> | undefined;
  /** What was said on the connection, one statement after the other: it takes no two at once. */
  private readonly statements = new Map<string, Promise<unknown>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly url: string) {}

  /** What comes in on `statement`'s channel is emitted as `notification`; a broken connection as `error`. */
  async listen(statement: string, subscriber: EventEmitter): Promise<void> {
    this.subscribers.add(subscriber);
    const client = await this.connect();
    await (this.statements.get(statement) ?? this.say(client, statement));
  }

  private say(client: pg.Client, statement: string): Promise<unknown> {
    const said = this.last.catch(() => undefined).then(() => client.query(statement));
    this.last = said;
    this.statements.set(statement, said);
    // What failed may be said again.
    said.catch(() => this.statements.get(statement) === said && this.statements.delete(statement));
    return said;
  }

  forget(subscriber: EventEmitter): void {
    this.subscribers.delete(subscriber);
  }

  async close(): Promise<void> {
    this.subscribers.clear();
    const client = await this.connecting?.catch(() => undefined);
    this.connecting = undefined;
    await client?.end();
  }

  private connect(): Promise<pg.Client> {
    this.connecting ??= this.open();
    return this.connecting;
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'lantern queues',
      // A connection that was dropped in silence must be noticed: nothing else wakes an idle worker.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    client.on('error', (error) => this.drop(client, error));
    client.on('end', () => this.drop(client, new Error('The connection that listens for queues ended')));
    client.on('notification', (notification: Notification) => {
      for (const subscriber of this.subscribers) subscriber.emit('notification', notification);
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      this.connecting = undefined;
      throw error;
    }
  }

  /** Tells everyone, who then subscribe anew. */
  private drop(client: pg.Client, error: Error): void {
    if (this.connecting === undefined) return;
    this.connecting = undefined;
    this.statements.clear();
    client.removeAllListeners();
    client.on('error', () => undefined);
    void client.end().catch(() => undefined);
    const told = [...this.subscribers];
    this.subscribers.clear();
    for (const subscriber of told) subscriber.emit('error', error);
  }
}
