import type { Database, Scope } from '@lantern/store';
import type { Kysely, Selectable } from 'kysely';
import type { EventRuleTable, EventTables } from './event-tables.js';
import { PatternError } from './patterns/pattern-error.js';
import { compilePattern } from './patterns/pattern.js';
import { parseTarget } from './targets.js';

/** Which events reach which targets. */
export interface EventRule {
  /** 1 to 64 letters, digits, `.`, `-`, `_`. */
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON, in EventBridge's grammar. */
  readonly pattern: string;
  /** ARNs of topics and queues of the same account, one to five. */
  readonly targets: readonly string[];
}

/** The rule is refused; the message says why. */
export class EventRuleError extends Error {
  override readonly name = 'EventRuleError';
}

/** EventBridge allows five targets a rule. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (read 2026-11) */
const MAX_TARGETS = 5;
/** The same page. */
const MAX_PATTERN_CHARACTERS = 4096;

/** Rules of accounts and regions. */
export class EventRules {
  private readonly kysely: Kysely<EventTables>;

  constructor(database: Pick<Database, 'kysely'>) {
    this.kysely = database.kysely.withTables<EventTables>();
  }

  /**
   * Makes a rule or replaces it. Events published from now on follow it.
   * @throws EventRuleError
   */
  async put({ account, region }: Scope, rule: EventRule): Promise<void> {
    checkRule(rule, account);
    const { name, description = null, pattern } = rule;
    const content = { description, pattern, targets: JSON.stringify(rule.targets) };
    await this.kysely
      .insertInto('event_rules')
      .values({ account, region, name, ...content })
      .onConflict((conflict) =>
        conflict.columns(['account', 'region', 'name']).doUpdateSet({ ...content, updated_at: new Date() }),
      )
      .execute();
  }

  /** All rules of an account and region, by name. */
  async list({ account, region }: Scope): Promise<EventRule[]> {
    const rows = await this.kysely
      .selectFrom('event_rules')
      .selectAll()
      .where((is) => is.and({ account, region }))
      .orderBy('name')
      .execute();
    return rows.map(toRule);
  }

  /** @returns false if there was none */
  async remove({ account, region }: Scope, name: string): Promise<boolean> {
    const { numDeletedRows } = await this.kysely
      .deleteFrom('event_rules')
      .where((is) => is.and({ account, region, name }))
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

const toRule = ({ name, description, pattern, targets }: Selectable<EventRuleTable>): EventRule => ({
  name,
  ...(description !== null && { description }),
  pattern,
  targets,
});

function checkRule({ name, pattern, targets }: EventRule, account: string): void {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new EventRuleError(`A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores: ${name}`);
  if (pattern.length > MAX_PATTERN_CHARACTERS)
    throw new EventRuleError(`A pattern has at most ${MAX_PATTERN_CHARACTERS} characters`);
  try {
    compilePattern(JSON.parse(pattern));
  } catch (error) {
    if (error instanceof PatternError || error instanceof SyntaxError)
      throw new EventRuleError(`Event pattern is not valid. Reason: ${error.message}`);
    throw error;
  }
  if (targets.length < 1 || targets.length > MAX_TARGETS)
    throw new EventRuleError(`A rule has 1 to ${MAX_TARGETS} targets`);
  const stranger = targets.find((target) => !parseTarget(target, account));
  if (stranger !== undefined)
    throw new EventRuleError(`Not the ARN of an SNS topic or SQS queue of account ${account}: ${stranger}`);
}
