import type { Database } from '@lantern/store';
import { sql, type Kysely } from 'kysely';
import type { Delivery } from './deliver.js';
import type { EventTables } from './event-tables.js';

/** What is on its way to one target in one group, in order: only its first row may be delivered. */
export interface Chain {
  readonly target: string;
  readonly group_id: string;
}

/** A claim of a worker that died is free again after this. */
const CLAIM_S = 60;

const inSeconds = (seconds: number) => sql<Date>`now() + ${seconds} * interval '1 second'`;
const isFree = sql<boolean>`(claimed_until is null or claimed_until < now()) and next_attempt_at <= now()`;

/** The rows of deliveries as chains. */
export class DeliveryChains {
  private readonly kysely: Kysely<EventTables>;

  constructor(database: Pick<Database, 'kysely'>) {
    this.kysely = database.kysely.withTables<EventTables>();
  }

  /** The chain of a delivery; undefined where it was delivered or given up. */
  async of(id: number): Promise<Chain | undefined> {
    return this.kysely
      .selectFrom('event_deliveries')
      .select(['target', 'group_id'])
      .where('id', '=', id)
      .where('failed_at', 'is', null)
      .executeTakeFirst();
  }

  /**
   * Claims the first delivery of a chain. There is none to claim where the chain is empty, or somebody else has the
   * first, who then goes on with what comes behind it; or where it waits for its next attempt.
   */
  async claim({ target, group_id }: Chain): Promise<Delivery | undefined> {
    return this.kysely
      .updateTable('event_deliveries')
      .set((set) => ({ claimed_until: inSeconds(CLAIM_S), attempts: set('attempts', '+', 1) }))
      .where('id', '=', (select) =>
        select
          .selectFrom('event_deliveries')
          .select('id')
          .where((is) => is.and({ target, group_id }))
          .where('failed_at', 'is', null)
          .orderBy('id')
          .limit(1),
      )
      .where(isFree)
      .returningAll()
      .executeTakeFirst();
  }

  async delivered({ id }: Delivery): Promise<void> {
    await this.kysely.deleteFrom('event_deliveries').where('id', '=', id).execute();
  }

  /** Tries again after a while; what is behind it waits too. */
  async postpone({ id }: Delivery, delayMs: number): Promise<void> {
    await this.kysely
      .updateTable('event_deliveries')
      .set({ claimed_until: null, next_attempt_at: inSeconds(delayMs / 1000) })
      .where('id', '=', id)
      .execute();
  }

  /** Gives up: what is behind it goes on. */
  async fail({ id }: Delivery, failure: string): Promise<void> {
    await this.kysely
      .updateTable('event_deliveries')
      .set({ claimed_until: null, failed_at: new Date(), failure })
      .where('id', '=', id)
      .execute();
  }

  /** Chains whose first delivery could be made and was not for a while: a ring was lost, or a worker died. */
  async neglected(forSeconds: number, limit: number): Promise<Chain[]> {
    const rows = await this.kysely
      .selectFrom('event_deliveries')
      .select(['target', 'group_id'])
      .distinct()
      .where('failed_at', 'is', null)
      .where(sql<boolean>`next_attempt_at < now() - ${forSeconds} * interval '1 second'`)
      .where(isFree)
      .limit(limit)
      .execute();
    return rows;
  }

  /** The deliveries of an account that were given up, the latest first. */
  async failed(account: string, limit: number): Promise<Delivery[]> {
    return this.kysely
      .selectFrom('event_deliveries')
      .selectAll()
      .where('account', '=', account)
      .where('failed_at', 'is not', null)
      .orderBy('failed_at', 'desc')
      .limit(limit)
      .execute();
  }

  /** Forgets what was given up so many days ago. */
  async forget(days: number): Promise<void> {
    await this.kysely
      .deleteFrom('event_deliveries')
      .where(sql<boolean>`failed_at < now() - ${days} * interval '1 day'`)
      .execute();
  }
}
