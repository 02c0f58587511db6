/** Names that are safe as a single path segment. */
export const plainName = /^[a-z0-9][a-z0-9._-]{0,79}$/;

/** A relative path of plain segments: no `..`, no leading slash, no backslash, nothing hidden. */
export const isPlainPath = (path: string): boolean =>
  path.length <= 400 && path.split('/').every((part) => /^[A-Za-z0-9@_][A-Za-z0-9@._+-]*$/.test(part));

/** An https address without credentials and without a fragment. */
export function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && hash === '';
}

/** Lower-case hexadecimal, as every digest in entries, manifests and paths is written. */
export const sha256Pattern = /^[0-9a-f]{64}$/;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface TextRule {
  readonly pattern?: RegExp | ((text: string) => boolean);
  /** How the sentence goes on where the text does not fit: `… is not a digest`. */
  readonly not?: string;
  readonly optional?: boolean;
}

/** Reads the members of one object and notes every problem, so that a person mends them all at once. */
export class Fields {
  private readonly read = new Set<string>();

  private constructor(
    private readonly value: Record<string, unknown>,
    private readonly where: string,
    private readonly problems: string[],
  ) {}

  /** @param where names the object in problems; empty for the outermost one */
  static of(value: unknown, where: string, problems: string[]): Fields {
    if (!isRecord(value)) problems.push(`${where || 'the file'} is not a set of names and values`);
    return new Fields(isRecord(value) ? value : {}, where, problems);
  }

  has(name: string): boolean {
    return this.value[name] !== undefined;
  }

  /** A text; empty, with a problem noted, where it is missing or does not fit. */
  text(name: string, { pattern, not = 'of the right form', optional = false }: TextRule = {}): string {
    const value = this.member(name);
    if (value === undefined && optional) return '';
    if (typeof value !== 'string' || value.trim() === '') {
      this.problem(name, value === undefined ? 'is missing' : 'is not a text');
      return '';
    }
    const fits = pattern === undefined || (typeof pattern === 'function' ? pattern(value) : pattern.test(value));
    if (!fits) this.problem(name, `"${value}" is not ${not}`);
    return fits ? value : '';
  }

  /** A number from `min` on; `min`, with a problem noted, where it is missing or does not fit. */
  number(name: string, { min = -Infinity, integer = false, fallback }: NumberRule = {}): number {
    const value = this.member(name);
    if (value === undefined && fallback !== undefined) return fallback;
    const fits = typeof value === 'number' && value >= min && (integer ? Number.isSafeInteger(value) : isFinite(value));
    if (fits) return value;
    const kind = integer ? 'an integer' : 'a number';
    this.problem(name, value === undefined ? 'is missing' : `is not ${kind}${min > -Infinity ? ` from ${min}` : ''}`);
    return 0;
  }

  /** A list; empty where it is missing, which is a problem unless it is optional. */
  list(name: string, { optional = false } = {}): readonly unknown[] {
    const value = this.member(name);
    if (Array.isArray(value)) {
      if (value.length === 0) this.problem(name, 'is empty');
      return value as unknown[];
    }
    if (value !== undefined) this.problem(name, 'is not a list');
    else if (!optional) this.problem(name, 'is missing');
    return [];
  }

  /** The member as it stands, for a reader of its own. */
  member(name: string): unknown {
    this.read.add(name);
    return this.value[name];
  }

  inner(name: string): Fields {
    return Fields.of(this.member(name), this.path(name), this.problems);
  }

  /** Objects of a list, each with its place in problems. */
  items(name: string, options?: { optional: boolean }): readonly Fields[] {
    return this.list(name, options).map((item, i) => Fields.of(item, `${this.path(name)}[${i}]`, this.problems));
  }

  problem(name: string, sentence: string): void {
    this.problems.push(`${this.path(name)} ${sentence}`);
  }

  /** Notes members that nobody read: a misspelt name would otherwise be dropped in silence. */
  end(): void {
    for (const name of Object.keys(this.value)) if (!this.read.has(name)) this.problem(name, 'is not a known name');
  }

  private path(name: string): string {
    return this.where ? `${this.where}.${name}` : name;
  }
}

interface NumberRule {
  readonly min?: number;
  readonly integer?: boolean;
  readonly fallback?: number;
}
