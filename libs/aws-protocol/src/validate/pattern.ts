import vm from 'node:vm';

/** Longer strings are matched only by patterns that cannot take long; AWS's longest bounded pattern is far below. */
const maxTestedLength = 8192;
/** Up to here even the worst backtracking ends within a millisecond or two. */
const harmlessLength = 20;
/** How long one suspicious match may take. */
const timeLimitMs = 50;

/** One character class, repeated: the engine cannot backtrack into it. */
const singleClass = /^\^?\[(?:[^\]\\]|\\.)*\](?:[*+]|\{\d+(?:,\d*)?\})?\$?$/;

const isUnbounded = (source: string, at: number) =>
  source[at] === '*' || source[at] === '+' || /^\{\d+,\d*\}/.test(source.slice(at, at + 12));

/** Whether a quantifier stands inside a quantified group, which is what exponential backtracking needs. */
export function hasNestedQuantifiers(source: string): boolean {
  const open: boolean[] = [];
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') open.push(false);
    else if (character === ')') {
      const quantified = open.pop() ?? false;
      if (quantified && isUnbounded(source, at + 1)) return true;
      if (quantified && open.length > 0) open[open.length - 1] = true;
    } else if (open.length > 0 && isUnbounded(source, at)) open[open.length - 1] = true;
  }
  return false;
}

const sandbox = vm.createContext({ pattern: undefined as RegExp | undefined, text: '' });
const guardedTest = new vm.Script('pattern.test(text)');

/** Runs a match that the engine is told to abandon after a while; an abandoned match is no match. */
function testWithinTime(pattern: RegExp, text: string): boolean {
  Object.assign(sandbox, { pattern, text });
  try {
    return guardedTest.runInContext(sandbox, { timeout: timeLimitMs }) === true;
  } catch {
    return false;
  } finally {
    Object.assign(sandbox, { pattern: undefined, text: '' });
  }
}

/**
 * Compiles a constraint's pattern into a test of whole strings that always ends soon, whatever the caller sends: strings
 * beyond 8 KiB are left to the length constraint, and a pattern with nested quantifiers runs under a time limit (which
 * costs 0.1 ms, so short strings go without).
 * @throws SyntaxError where the pattern is no ECMAScript pattern
 */
export function compilePattern(source: string): (text: string) => boolean {
  const pattern = new RegExp(`^(?:${source})$`, 'u');
  if (singleClass.test(source)) return (text) => pattern.test(text);
  if (!hasNestedQuantifiers(source)) return (text) => text.length > maxTestedLength || pattern.test(text);
  return (text) =>
    text.length > maxTestedLength ||
    (text.length <= harmlessLength ? pattern.test(text) : testWithinTime(pattern, text));
}
