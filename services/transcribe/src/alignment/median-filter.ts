/**
 * Each value replaced by the median of those around it, which takes out single outliers and keeps edges. Beyond the ends the row is
 * continued by its mirror image.
 * @param width odd; 1 leaves the row as it is
 */
export function medianFilter(row: Float32Array, width: number): Float32Array {
  if (width % 2 !== 1 || width < 1)
    throw new RangeError(`a median is taken over an odd number of values, not ${width}`);
  const half = (width - 1) / 2;
  if (half === 0 || row.length <= half) return row.slice();
  const window = new Float32Array(width);
  return row.map((_, i) => {
    for (let k = -half; k <= half; k++) window[k + half] = row[mirrored(i + k, row.length)]!;
    return window.sort()[half]!;
  });
}

const mirrored = (index: number, length: number): number =>
  index < 0 ? -index : index >= length ? 2 * (length - 1) - index : index;
