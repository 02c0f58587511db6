import { randomUUID } from 'node:crypto';
import type { WorkQueue } from '@lantern/jobs';
import type { Database, Tables } from '@lantern/store';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { EventTables } from './event-tables.js';
import { groupKey, toEnvelope, type DirectMessage, type EventEnvelope, type SuiteEvent } from './event.js';
import { compilePattern, type Pattern } from './patterns/pattern.js';

/** The doorbell that the relay listens to. */
export const EVENTS_QUEUE = 'events';

/**
 * True of a row whose account and region have no rules: an event of it would reach nobody.
 * @param table the row's table, or its alias
 */
export const hasNoRules = (table: string): RawBuilder<boolean> => sql<boolean>`not exists (
  select from lantern.event_rules as rules
  where rules.account = ${sql.ref(`${table}.account`)} and rules.region = ${sql.ref(`${table}.region`)})`;

/** Compiled patterns kept; more rules than that are compiled again for each event. */
const MAX_COMPILED = 1_000;

/**
 * Takes events and leaves one row for each target that a rule names, in the caller's transaction: what is committed is
 * delivered at least once, what is rolled back never happened. `EventRelay` delivers.
 */
export class EventBus {
  private readonly kysely: Kysely<Tables>;
  private readonly compiled = new Map<string, Pattern>();

  constructor(
    database: Pick<Database, 'kysely'>,
    private readonly queue: WorkQueue,
  ) {
    this.kysely = database.kysely;
  }

  /**
   * Publishes an event to the rules that stand now, and to its own target.
   * @param transaction in which it happened; without one, the event is durable when this resolves
   */
  async publish(transaction: Transaction<Tables> | undefined, event: SuiteEvent): Promise<void> {
    const envelope = toEnvelope(event);
    await this.within(transaction, async (open) => {
      const targets = await this.targetsOf(open, event, envelope);
      if (event.target !== undefined) targets.push(event.target);
      if (targets.length === 0) return;
      const body = JSON.stringify(envelope);
      const { account, groupId } = event;
      for (const target of targets) await this.enter(open, { account, target, groupId, body }, envelope.id);
    });
  }

  /** Sends a message to one target, in the order of its group among events and messages. */
  async send(transaction: Transaction<Tables> | undefined, message: DirectMessage): Promise<void> {
    await this.within(transaction, (open) => this.enter(open, message, randomUUID()));
  }

  private within<T>(
    transaction: Transaction<Tables> | undefined,
    work: (open: Transaction<Tables>) => Promise<T>,
  ): Promise<T> {
    return transaction ? work(transaction) : this.kysely.transaction().execute(work);
  }

  private async targetsOf(open: Transaction<Tables>, event: SuiteEvent, envelope: EventEnvelope): Promise<string[]> {
    const { account, region } = event;
    const rules = await open
      .withTables<EventTables>()
      .selectFrom('event_rules')
      .select(['pattern', 'targets'])
      .where((is) => is.and({ account, region }))
      .execute();
    return rules.filter(({ pattern }) => this.patternOf(pattern).matches(envelope)).flatMap(({ targets }) => targets);
  }

  private patternOf(text: string): Pattern {
    let pattern = this.compiled.get(text);
    if (!pattern) {
      // Rules were compiled once before they were kept.
      pattern = compilePattern(JSON.parse(text));
      if (this.compiled.size >= MAX_COMPILED) this.compiled.clear();
      this.compiled.set(text, pattern);
    }
    return pattern;
  }

  private async enter(open: Transaction<Tables>, message: DirectMessage, eventId: string): Promise<void> {
    const { account, target, groupId, body, subject = null } = message;
    const { id } = await open
      .withTables<EventTables>()
      .insertInto('event_deliveries')
      .values({ event_id: eventId, account, target, group_id: groupKey(account, groupId), subject, body })
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.queue.add({ queue: EVENTS_QUEUE, id: `delivery-${id}` }, open);
  }
}
