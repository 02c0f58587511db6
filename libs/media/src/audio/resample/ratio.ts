/** A ratio of rates in lowest terms: `up` output samples for `down` input samples. */
export interface RateRatio {
  readonly up: number;
  readonly down: number;
}

/** `toHz / fromHz` in lowest terms; 44.1 kHz to 16 kHz is 160 to 441. */
export function rateRatio(fromHz: number, toHz: number): RateRatio {
  let [a, b] = [toHz, fromHz];
  while (b !== 0) [a, b] = [b, a % b];
  return { up: toHz / a, down: fromHz / a };
}
