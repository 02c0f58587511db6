/**
 * How SNS tries again to reach a queue: 100,015 times over 23 days.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (read 2026-11)
 */
const nImmediate = 3;
const nPreBackoff = 2;
const nBackoff = 10;
const nPostBackoff = 100_000;
const leastMs = 1_000;
const mostMs = 20_000;

/** Milliseconds before the next try after so many failures; undefined where there is none. */
export function queueRetryDelayMs(nFailures: number): number | undefined {
  if (nFailures <= nImmediate) return 0;
  if (nFailures <= nImmediate + nPreBackoff) return leastMs;
  const i = nFailures - nImmediate - nPreBackoff - 1;
  if (i < nBackoff) return Math.round(leastMs * (mostMs / leastMs) ** (i / (nBackoff - 1)));
  return i < nBackoff + nPostBackoff ? mostMs : undefined;
}
