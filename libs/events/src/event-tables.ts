import type { ColumnType, Generated } from 'kysely';

/** A rule; the migration `0300-events` makes the tables. */
export interface EventRuleTable {
  account: string;
  region: string;
  name: string;
  description: string | null;
  /** JSON, as it was written. */
  pattern: string;
  targets: ColumnType<readonly string[], string, string>;
  updated_at: ColumnType<Date, never, Date>;
}

/** A message on its way to one target. Its row is gone once the target has it. */
export interface EventDeliveryTable {
  /** Grows; the order of a target and group. */
  id: Generated<number>;
  event_id: string;
  account: string;
  target: string;
  group_id: string;
  subject: string | null;
  body: string;
  attempts: Generated<number>;
  created_at: Generated<Date>;
  next_attempt_at: Generated<Date>;
  /** While it lies in the future, somebody is delivering. */
  claimed_until: ColumnType<Date | null, never, Date | null>;
  /** Set on what was given up; the row stays for a while, so that the operator can see it. */
  failed_at: ColumnType<Date | null, never, Date>;
  failure: ColumnType<string | null, never, string>;
}

/** Joined to Lantern's own by `withTables`, which takes a type and no interface. */
export type EventTables = {
  event_rules: EventRuleTable;
  event_deliveries: EventDeliveryTable;
};
