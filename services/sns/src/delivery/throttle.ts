import { Injectable } from '@nestjs/common';
import { Database } from '@lantern/store';
import { sql } from 'kysely';
import { snsDatabase, type SnsDatabase } from '../records/sns-tables.js';

/** Keeps requests to an endpoint apart, over all processes, as the throttle policy of its subscription says. */
@Injectable()
export class Throttle {
  private readonly kysely: SnsDatabase;

  constructor(database: Database) {
    this.kysely = snsDatabase(database);
  }

  /** @returns 0 where a request may be made now; otherwise milliseconds after which to ask again */
  async take(subscription: string, maxPerSecond: number): Promise<number> {
    const intervalMs = 1000 / maxPerSecond;
    const taken = await this.kysely
      .updateTable('sns_subscriptions')
      .set({ next_receive_at: sql<Date>`clock_timestamp() + make_interval(secs => ${intervalMs / 1000}::float8)` })
      .where('id', '=', subscription)
      .where('next_receive_at', '<=', sql<Date>`clock_timestamp()`)
      .returning('id')
      .executeTakeFirst();
    // Spread, so that those who wait do not all ask at once.
    return taken ? 0 : Math.ceil(intervalMs * (0.5 + Math.random()));
  }
}
