/** A matrix of which rows lie one after the other. */
export interface Matrix {
  readonly data: Float32Array;
  readonly nRows: number;
  readonly nColumns: number;
}

/**
 * The path of least cost from the first row and column to the last, which goes down, right or both at each step (dynamic time warping,
 * Sakoe and Chiba 1978).
 * @returns for each row its first and last column; rows come in the order of columns
 */
export function monotonicPath({ data, nRows, nColumns }: Matrix): readonly { first: number; last: number }[] {
  if (nRows === 0 || nColumns === 0) return [];
  const total = new Float64Array(nRows * nColumns);
  for (let row = 0; row < nRows; row++)
    for (let column = 0; column < nColumns; column++) {
      const at = row * nColumns + column;
      const before = cheapest(total, nColumns, row, column);
      total[at] = data[at]! + (before < 0 ? 0 : total[before]!);
    }
  const spans = Array.from({ length: nRows }, () => ({ first: nColumns, last: -1 }));
  for (let at = nRows * nColumns - 1; at >= 0;) {
    const row = Math.floor(at / nColumns);
    const column = at % nColumns;
    const span = spans[row]!;
    span.first = Math.min(span.first, column);
    span.last = Math.max(span.last, column);
    at = cheapest(total, nColumns, row, column);
  }
  return spans;
}

/** Where the path comes from: up and left, left, or up, the first among equals; -1 at the beginning. */
function cheapest(total: Float64Array, nColumns: number, row: number, column: number): number {
  const at = row * nColumns + column;
  if (row === 0) return column === 0 ? -1 : at - 1;
  if (column === 0) return at - nColumns;
  let best = at - nColumns - 1;
  for (const other of [at - 1, at - nColumns]) if (total[other]! < total[best]!) best = other;
  return best;
}
