import type { Random } from './random.js';

export interface QuantisedRows {
  /** [row, dim / subDim] */
  readonly codes: Uint8Array;
  /** [dim / subDim, 256, subDim] */
  readonly centroids: Float32Array;
}

const N_CENTROIDS = 256;

/**
 * Product quantisation (Jégou, Douze, Schmid 2011): each run of subDim dimensions gets the nearest of 256 centroids,
 * found by k-means on a sample of the rows.
 * @param rows [row, dim]
 */
export function quantiseRows(
  rows: Float32Array,
  dim: number,
  subDim: number,
  random: Random,
  { nSamples = 30_000, nIterations = 15 } = {},
): QuantisedRows {
  const nRows = rows.length / dim;
  const nParts = dim / subDim;
  const codes = new Uint8Array(nRows * nParts);
  const centroids = new Float32Array(nParts * N_CENTROIDS * subDim);
  const samples = Int32Array.from({ length: Math.min(nSamples, nRows) }, () => Math.floor(random() * nRows));
  for (let part = 0; part < nParts; part++) {
    const book = centroids.subarray(part * N_CENTROIDS * subDim, (part + 1) * N_CENTROIDS * subDim);
    const at = (row: number) => row * dim + part * subDim;
    for (let k = 0; k < N_CENTROIDS; k++)
      book.set(rows.subarray(at(samples[k % samples.length]!), at(samples[k % samples.length]!) + subDim), k * subDim);
    for (let iteration = 0; iteration < nIterations; iteration++) refine(rows, samples, at, book, subDim, random);
    for (let row = 0; row < nRows; row++) codes[row * nParts + part] = nearest(rows, at(row), book, subDim);
  }
  return { codes, centroids };
}

/** @returns [row, dim] as the codes say */
export function dequantiseRows({ codes, centroids }: QuantisedRows, dim: number, subDim: number): Float32Array {
  const nParts = dim / subDim;
  const rows = new Float32Array((codes.length / nParts) * dim);
  for (let i = 0; i < codes.length; i++) {
    const centroid = ((i % nParts) * N_CENTROIDS + codes[i]!) * subDim;
    for (let d = 0; d < subDim; d++) rows[i * subDim + d] = centroids[centroid + d]!;
  }
  return rows;
}

/** One step of Lloyd; a centroid that nothing is near to is moved onto a random row. */
function refine(
  rows: Float32Array,
  samples: Int32Array,
  at: (row: number) => number,
  book: Float32Array,
  subDim: number,
  random: Random,
): void {
  const sums = new Float64Array(book.length);
  const counts = new Int32Array(N_CENTROIDS);
  for (const row of samples) {
    const k = nearest(rows, at(row), book, subDim);
    counts[k]!++;
    for (let d = 0; d < subDim; d++) sums[k * subDim + d]! += rows[at(row) + d]!;
  }
  for (let k = 0; k < N_CENTROIDS; k++) {
    const count = counts[k]!;
    const from = at(samples[Math.floor(random() * samples.length)]!);
    for (let d = 0; d < subDim; d++) book[k * subDim + d] = count > 0 ? sums[k * subDim + d]! / count : rows[from + d]!;
  }
}

function nearest(rows: Float32Array, at: number, book: Float32Array, subDim: number): number {
  let best = 0;
  let least = Infinity;
  for (let k = 0; k < N_CENTROIDS; k++) {
    let distance = 0;
    for (let d = 0; d < subDim; d++) distance += (rows[at + d]! - book[k * subDim + d]!) ** 2;
    if (distance < least) {
      least = distance;
      best = k;
    }
  }
  return best;
}
