/** A script that should hold a literal does not; says where. */
export class ScriptLiteralError extends Error {
  override readonly name = 'ScriptLiteralError';
}

/** What JSON can say, which is also what a literal of a bundled script says. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** `module.exports = …`, whose `module` a minifier renamed. */
const exported = /\b[A-Za-z_$][\w$]*\.exports\s*=\s*(?=[{["'])/g;

/**
 * The value that a bundled CommonJS module exports as a literal: packages that carry networks for browsers wrap `model.json`
 * and base64 shards in scripts. The script is parsed, never run.
 * @throws ScriptLiteralError where the script exports no literal, or something that would have to be run
 */
export function readExportedLiteral(script: string): Plain {
  // A bundler's prelude has `….exports={}` of its own: the module's exports are the last ones.
  const starts = [...script.matchAll(exported)].map(({ index, 0: { length } }) => index + length);
  for (const start of starts.reverse()) {
    const reader = new LiteralReader(script, start);
    const value = reader.value();
    if (!isEmptyObject(value)) return value;
  }
  throw new ScriptLiteralError('the script exports no literal');
}

const isEmptyObject = (value: Plain) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Deeper than any network's description, and far from the depth at which recursion ends. */
const deepest = 200;

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', 0: '\0' };

class LiteralReader {
  private depth = 0;

  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  value(): Plain {
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '"' || first === "'") return this.string(first);
    if (first === '{' || first === '[') {
      if (++this.depth > deepest) throw this.error('nesting is too deep');
      const value = first === '{' ? this.object() : this.array();
      this.depth--;
      return value;
    }
    return this.word();
  }

  private object(): Plain {
    const entries: [string, Plain][] = [];
    this.list('{', '}', () => {
      const key = this.key();
      this.expect(':');
      entries.push([key, this.value()]);
    });
    // fromEntries defines members, so that a key `__proto__` is a key like others.
    return Object.fromEntries(entries);
  }

  private array(): Plain {
    const values: Plain[] = [];
    this.list('[', ']', () => values.push(this.value()));
    return values;
  }

  private list(open: string, close: string, element: () => void): void {
    this.expect(open);
    while (!this.takes(close)) {
      element();
      if (this.takes(close)) return;
      this.expect(',');
    }
  }

  private key(): string {
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '"' || first === "'") return this.string(first);
    const name = this.match(/[\w$]+/y);
    if (name === undefined) throw this.error('a key was expected');
    return name;
  }

  private string(quote: string): string {
    const stop = quote === '"' ? /["\\]/g : /['\\]/g;
    const parts: string[] = [];
    this.at++;
    for (;;) {
      stop.lastIndex = this.at;
      const found = stop.exec(this.text);
      if (found === null) throw this.error('a string does not end');
      parts.push(this.text.slice(this.at, found.index));
      this.at = found.index + 1;
      if (found[0] === quote) return parts.join('');
      parts.push(this.escape());
    }
  }

  private escape(): string {
    const code = this.match(/u[\da-fA-F]{4}|x[\da-fA-F]{2}/y);
    if (code !== undefined) return String.fromCharCode(parseInt(code.slice(1), 16));
    const letter = this.text[this.at++] ?? '';
    return escapes[letter] ?? (letter === '\n' ? '' : letter);
  }

  /** Numbers and what minifiers write for the constants: `!0`, `!1`, `void 0`. */
  private word(): Plain {
    const word = this.match(/![01]|void 0|null|true|false|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y);
    if (word === undefined) throw this.error('a literal was expected');
    if (word === 'null' || word === 'void 0') return null;
    if (word === '!0' || word === 'true') return true;
    if (word === '!1' || word === 'false') return false;
    return Number(word);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private takes(symbol: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== symbol) return false;
    this.at++;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.takes(symbol)) throw this.error(`'${symbol}' was expected`);
  }

  private skipSpace(): void {
    this.match(/\s*/y);
  }

  private error(what: string): ScriptLiteralError {
    const found = JSON.stringify(this.text.slice(this.at, this.at + 20));
    return new ScriptLiteralError(`${what} at character ${this.at}, found ${found}`);
  }
}
