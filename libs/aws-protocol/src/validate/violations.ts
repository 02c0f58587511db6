import type { Constraint } from './constraints.js';

/** One broken constraint, ready for any service's wording. */
export interface Violation {
  /** `inputDataConfig.s3Uri`, `tags.2.member.key`. */
  readonly path: string;
  readonly kind: Constraint['kind'] | 'required' | 'members';
  /** The value as AWS prints it; undefined where the model marks it sensitive. */
  readonly value: string | undefined;
  readonly sentence: string;
}

/** More are counted but not listed: a request of a million bad items gets a short answer. */
const maxListed = 100;

/** Collects what is wrong with a request. */
export class Violations {
  readonly list: Violation[] = [];
  count = 0;

  add(describe: () => Violation): void {
    this.count++;
    if (this.list.length < maxListed) this.list.push(describe());
  }
}

/** One violation in AWS's words, e.g. `Value 'x' at 'languageCode' failed to satisfy constraint: Member must …`. */
export function describeViolation({ path, kind, value, sentence }: Violation): string {
  const shown = kind === 'required' ? ' null' : value === undefined ? '' : ` '${value}'`;
  return `Value${shown} at '${path}' failed to satisfy constraint: ${sentence}`;
}

/** All violations in AWS's words: `2 validation errors detected: …; …`. */
export function describeViolations({ list, count }: Violations): string {
  return `${count} validation error${count === 1 ? '' : 's'} detected: ${list.map(describeViolation).join('; ')}`;
}
