/** Seconds as AWS's transcripts write them: `1.04`, `8.0`; at most three digits after the point, at least one. */
export const toSeconds = (ms: number): string => decimal(Math.round(ms) / 1000, 3);

/** A probability as AWS's transcripts write it: `0.818`, `1.0`. */
export const toConfidence = (probability: number, nDigits = 3): string => decimal(probability, nDigits);

function decimal(value: number, nDigits: number): string {
  const [whole = '0', fraction = ''] = value.toFixed(nDigits).split('.');
  return `${whole}.${fraction.replace(/0+$/, '') || '0'}`;
}
