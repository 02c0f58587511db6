/**
 * Patterns that take exponential time on hostile input, with linear ones that accept the same strings. Found by running
 * all patterns of the models against adversarial strings.
 */
const linear: ReadonlyMap<string, string> = new Map([
  ['^[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?$', '^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$'],
  [
    '^https://([.\\-_a-zA-Z0-9]+/?){3,1016}$',
    '^https://(?=(?:/?[.\\-_a-zA-Z0-9]){3})[.\\-_a-zA-Z0-9]+(?:/[.\\-_a-zA-Z0-9]+)*/?$',
  ],
  // With the `.*` before it that a search implies: any text whose line ends are \r or \n.
  ['(?:[ \\r\\n\\t].*)*$', '^[^\\u2028\\u2029]*$'],
]);

const posixClasses: ReadonlyMap<string, string> = new Map([
  ['Alnum', 'a-zA-Z0-9'],
  ['Alpha', 'a-zA-Z'],
  ['Digit', '0-9'],
  ['Graph', '\\x21-\\x7e'],
  ['Print', '\\x20-\\x7e'],
  ['Punct', '!-/:-@[-`{-~'],
  ['Space', ' \\t\\n\\x0b\\f\\r'],
  ['ASCII', '\\x00-\\x7f'],
]);

/** What may follow a backslash under JavaScript's `u` flag, beside the syntax characters. */
const knownEscapes = 'dDsSwWbBnrtfvcxupPk0123456789^$\\.*+?()[]{}|/-';

/** Rewrites one escape `\x…` at `at`. Returns the text and how many characters of the source it stands for. */
function escapeAt(source: string, at: number, inClass: boolean): [text: string, length: number] {
  const next = source.charAt(at + 1);
  if (next === 'A') return ['^', 2];
  if (next === 'z' || next === 'Z') return ['$', 2];
  const posix = /^\\[pP]\{(\w+)\}/.exec(source.slice(at));
  const set = posix && posixClasses.get(posix[1] ?? '');
  if (posix && set) {
    const negated = posix[0].startsWith('\\P');
    if (inClass && negated) throw new Error(`${posix[0]} within a class has no JavaScript form yet`);
    return [inClass ? set : `[${negated ? '^' : ''}${set}]`, posix[0].length];
  }
  const braced = /^\\[pPux]\{(\w+)\}/.exec(source.slice(at));
  if (braced) return [next === 'x' ? `\\u{${braced[1]}}` : braced[0], braced[0].length];
  if (/[pP]/.test(next)) return [`\\${next}{${source.charAt(at + 2)}}`, 3];
  if (next === '-' && !inClass) return ['-', 2];
  if (knownEscapes.includes(next)) return [source.slice(at, at + 2), 2];
  // Java's `\h`, `\Q` and their like mean something; only an escaped mark is the mark itself.
  if (/[a-zA-Z]/.test(next)) throw new Error(`the escape \\${next} has no JavaScript form yet`);
  return [next, 2];
}

/**
 * Smithy searches where the server matches whole strings: `\S` of the model is `.*\S.*` to the server, and an ARN's
 * prefix allows what follows. https://smithy.io/2.0/spec/constraint-traits.html#pattern-trait (read 2026-11)
 */
function forWholeStrings(pattern: string): string {
  const before = /^(?:\^|\\A)/.test(pattern) ? '' : '.*';
  const after = /(?:\$|\\[zZ])$/.test(pattern) ? '' : '.*';
  return `${before}${pattern}${after}`;
}

/**
 * Rewrites a pattern from AWS's models, which are Java's and searched for, as one for whole strings that JavaScript
 * compiles under the `u` flag. Throws where the result still does not compile.
 */
export function toJavaScriptPattern(pattern: string): string {
  const source = forWholeStrings(linear.get(pattern) ?? pattern).replace(/\$\{(\d)/g, '{$1');
  let out = '';
  let inClass = false;
  for (let at = 0; at < source.length;) {
    const character = source.charAt(at);
    if (character === '\\') {
      const [text, length] = escapeAt(source, at, inClass);
      out += text;
      at += length;
      continue;
    }
    if (inClass && character === '[') out += '\\[';
    else if (!inClass && (character === '}' || character === ']') && !isQuantifierEnd(out, character))
      out += `\\${character}`;
    else if (!inClass && character === '{' && !/^\{\d+(,\d*)?\}/.test(source.slice(at))) out += '\\{';
    else out += character;
    if (!inClass && character === '[') inClass = true;
    // `[]…]` and `[^]…]` begin with a literal bracket in Java.
    else if (inClass && character === ']') inClass = false;
    at++;
  }
  const result = mendClassRanges(out);
  void new RegExp(`^(?:${result})$`, 'u');
  return result;
}

function isQuantifierEnd(before: string, character: string): boolean {
  return character === '}' && /\{\d+(,\d*)?$|\\[pPu]\{\w+(=\w+)?$/.test(before);
}

/** `[\w-.]` is a literal hyphen in Java and an error under `u`: escape a hyphen beside a class escape. */
function mendClassRanges(pattern: string): string {
  return pattern
    .replace(/(\\[wWdDsS]|\\[pP]\{[^}]+\})-(?=[^\]])/g, (match, before: string, offset: number) =>
      isInsideClass(pattern, offset) ? `${before}\\-` : match,
    )
    .replace(/-(?=\\[wWdDsS]|\\[pP]\{)/g, (match, offset: number) =>
      isInsideClass(pattern, offset) && pattern.charAt(offset - 1) !== '\\' && pattern.charAt(offset - 1) !== '['
        ? '\\-'
        : match,
    );
}

function isInsideClass(pattern: string, offset: number): boolean {
  let inside = false;
  for (let i = 0; i < offset; i++) {
    const character = pattern.charAt(i);
    if (character === '\\') i++;
    else if (character === '[') inside = true;
    else if (character === ']') inside = false;
  }
  return inside;
}
