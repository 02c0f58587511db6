/** How often in a row a group of tokens may be said. */
export interface RepetitionLimits {
  /** Longest group that is looked for, in tokens. @default 24 */
  readonly longestGroup?: number;
  /** Of one or two tokens: "no, no, no, no" is speech. @default 5 */
  readonly nShort?: number;
  /** Of three tokens and more: a sentence that is said four times is a decoder in a loop. @default 3 */
  readonly nLong?: number;
}

const longestShortGroup = 2;

/**
 * Whether a token would say a group of tokens more often in a row than people do. Decoders without this fall into loops on music and
 * noise.
 * @param isFree tokens that may be said as often as they like, such as digits
 */
export function isLoop(
  tokens: readonly number[],
  next: number,
  { longestGroup = 24, nShort = 5, nLong = 3 }: RepetitionLimits = {},
  isFree: (token: number) => boolean = () => false,
): boolean {
  if (isFree(next)) return false;
  for (let period = 1; period <= longestGroup; period++) {
    const nMost = period <= longestShortGroup ? nShort : nLong;
    if (tokens.length + 1 < period * (nMost + 1)) continue;
    if (hasPeriod(tokens, next, period, period * nMost)) return true;
  }
  return false;
}

/** Whether the last `nCompared` tokens, `next` included, each equal the one `period` before. */
function hasPeriod(tokens: readonly number[], next: number, period: number, nCompared: number): boolean {
  const end = tokens.length;
  if (tokens[end - period] !== next) return false;
  for (let back = 1; back < nCompared; back++) if (tokens[end - back] !== tokens[end - back - period]) return false;
  return true;
}
