/**
 * Natural logarithm of the sum of exponentials, without overflow.
 * @param from first index of the row
 * @param nValues length of the row
 */
export function logSumExp(data: Float32Array, from: number, nValues: number): number {
  let largest = -Infinity;
  for (let i = from; i < from + nValues; i++) if (data[i]! > largest) largest = data[i]!;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = from; i < from + nValues; i++) sum += Math.exp(data[i]! - largest);
  return largest + Math.log(sum);
}

/**
 * Indices of the largest values of a row, the largest first; the lower index first among equals.
 * @param nMost how many, small beside the row
 * @returns indices counted from the row's beginning
 */
export function largestOf(data: Float32Array, from: number, nValues: number, nMost: number): number[] {
  const best: number[] = [];
  let bar = -Infinity;
  for (let i = 0; i < nValues; i++) {
    const value = data[from + i]!;
    if (best.length === nMost && value <= bar) continue;
    let place = best.length;
    while (place > 0 && value > data[from + best[place - 1]!]!) place--;
    best.splice(place, 0, i);
    if (best.length > nMost) best.pop();
    bar = data[from + best.at(-1)!]!;
  }
  return best;
}
