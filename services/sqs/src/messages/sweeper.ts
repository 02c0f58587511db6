import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { sql, type Kysely } from 'kysely';
import { QueueStore } from '../queues/queue-store.js';
import type { SqsTables } from '../queues/sqs-tables.js';
import { lockFor } from './transaction-locks.js';

const EVERY_MS = 60_000;
const DEFAULT_RETENTION_S = 345_600;
/** So many rows at a time, so that no transaction is long. */
const AT_ONCE = 5_000;

/** Removes what nobody can see any more: messages past their retention, and repetitions past their five minutes. */
@Injectable()
export class Sweeper implements OnModuleInit, OnModuleDestroy {
  private readonly kysely: Kysely<SqsTables>;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(queues: QueueStore) {
    this.kysely = queues.kysely;
  }

  onModuleInit(): void {
    this.timer = setInterval(() => {
      // A database that is out of reach is told by the requests that need it.
      this.sweeping = this.sweep().catch(() => undefined);
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Sweeps once. Several processes do so one after another. */
  async sweep(): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      await lockFor(transaction, 'sweep');
      await transaction
        .deleteFrom('sqs_deduplications')
        .where('expires_at', '<', sql<Date>`now()`)
        .execute();
      await transaction
        .deleteFrom('sqs_messages')
        .where('id', 'in', (is) =>
          is
            .selectFrom('sqs_messages as message')
            .innerJoin('sqs_queues as queue', 'queue.id', 'message.queue_id')
            .select('message.id')
            .where(
              sql<boolean>`message.retained_from < now() -
                coalesce((queue.attributes ->> 'MessageRetentionPeriod')::int, ${DEFAULT_RETENTION_S}) * interval '1 second'`,
            )
            .limit(AT_ONCE),
        )
        .execute();
    });
  }
}
