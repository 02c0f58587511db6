/**
 * The window of J. F. Kaiser ("Nonrecursive digital filter design using the I0-sinh window function", 1974), and his
 * formulas for it, as Oppenheim and Schafer give them (Discrete-Time Signal Processing, section 7.6).
 */

/** Modified Bessel function of the first kind and order zero, by its power series; relative error below 1e-15. */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/** @param attenuationDb of the stop band, above 50 (the formula for that range) */
export function kaiserBeta(attenuationDb: number): number {
  if (attenuationDb <= 50) throw new RangeError(`${attenuationDb} dB: the formula holds above 50`);
  return 0.1102 * (attenuationDb - 8.7);
}

/**
 * Length of a filter with this attenuation and transition.
 * @param transition width of the transition band, in cycles per sample
 * @returns in samples, not rounded
 */
export function kaiserLength(attenuationDb: number, transition: number): number {
  return (attenuationDb - 7.95) / (14.36 * transition) + 1;
}
