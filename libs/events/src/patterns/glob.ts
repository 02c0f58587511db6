import { PatternError } from './pattern-error.js';

/**
 * Compiles a pattern in which `*` stands for any characters, also none; `\*` and `\\` are literal.
 *
 * Matching takes at most |text| times |pattern| steps: a backtracking regular expression could be made to take forever.
 * @throws PatternError on two stars in a row and on a lone backslash
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const parts = literals(pattern);
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** The texts between the stars. */
function literals(pattern: string): string[] {
  const parts = [''];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '*') {
      if (pattern.charAt(i - 1) === '*' && parts.at(-1) === '')
        throw new PatternError(`Consecutive wildcard characters at pos ${i}`);
      parts.push('');
    } else if (character === '\\') {
      const next = pattern.charAt(++i);
      if (next !== '*' && next !== '\\') throw new PatternError(`Invalid escape character at pos ${i - 1}`);
      parts[parts.length - 1] += next;
    } else parts[parts.length - 1] += character;
  }
  return parts;
}
