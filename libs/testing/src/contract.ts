import { it } from 'vitest';

/** Where the expectation of a contract test comes from; the earlier kinds are the stronger ones. */
export type EvidenceKind = 'recorded' | 'example' | 'documented' | 'ours';

export interface Evidence {
  readonly evidence: EvidenceKind;
  /** URL of the page, the model or the issue that shows it; for `ours` a sentence. */
  readonly source: string;
  /** When the source was read, `YYYY-MM` or `YYYY-MM-DD`. */
  readonly read: string;
}

/** A test of the wire. Its name states the rule, its evidence says who says so. */
export function contract(name: string, { evidence, source, read }: Evidence, test: () => Promise<void>): void {
  if (!source || !/^\d{4}-\d{2}(-\d{2})?$/.test(read)) throw new Error(`contract "${name}" lacks its source or date`);
  it(`${name} [${evidence}]`, test);
}
