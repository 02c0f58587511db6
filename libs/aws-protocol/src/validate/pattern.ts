import vm from 'node:vm';

/** Longer strings are matched only where that cannot take long; AWS's longest bounded pattern is far below. */
const maxTestedLength = 8192;
/** Up to here even exponential backtracking ends within a millisecond or two. */
const harmlessLength = 20;
/** Up to here a pattern without repeated choices ends within a few milliseconds: its backtracking is polynomial. */
const polynomialLength = 256;
/** How long one suspicious match may take. */
const timeLimitMs = 50;

/** One character class, repeated: the engine cannot backtrack into it. */
const singleClass = /^\^?\[(?:[^\]\\]|\\.)*\](?:[*+]|\{\d+(?:,\d*)?\})?\$?$/;

const isUnbounded = (source: string, at: number) =>
  source[at] === '*' || source[at] === '+' || /^\{\d+,\d*\}/.test(source.slice(at, at + 12));

/** Whether a repeated group contains a quantifier or an alternative, which is what exponential backtracking needs. */
export function repeatsChoices(source: string): boolean {
  const open: boolean[] = [];
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') open.push(false);
    else if (character === ')') {
      const choice = open.pop() ?? false;
      if (choice && isUnbounded(source, at + 1)) return true;
      if (choice && open.length > 0) open[open.length - 1] = true;
    } else if (open.length > 0 && (character === '|' || isUnbounded(source, at))) open[open.length - 1] = true;
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
 * beyond 8 KiB are left to the length constraint, and where backtracking might take long the match runs under a time
 * limit, which costs 0.1 ms.
 * @throws SyntaxError where the pattern is no ECMAScript pattern
 */
export function compilePattern(source: string): (text: string) => boolean {
  const pattern = new RegExp(`^(?:${source})$`, 'u');
  if (singleClass.test(source)) return (text) => pattern.test(text);
  const safeLength = repeatsChoices(source) ? harmlessLength : polynomialLength;
  return (text) => {
    if (text.length <= safeLength) return pattern.test(text);
    return text.length > maxTestedLength || testWithinTime(pattern, text);
  };
}
