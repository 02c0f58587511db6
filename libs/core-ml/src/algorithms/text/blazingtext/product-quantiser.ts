import { ArtifactError, tensorOf, type Artifact, type Tensor } from '../../../artifact/artifact.js';
import type { Rng } from '../../../random/rng.js';
import { nearest, trainCentroids } from './centroids.js';

/**
 * A matrix by product quantisation (Jégou et al. 2011; for text classifiers Joulin et al. 2016, "FastText.zip"): each
 * row is cut into parts of `partSize` numbers, each part replaced by the number of the nearest of 256 centroids. With
 * norms, rows are quantised at length 1 and their lengths by 256 values of their own.
 */
export interface QuantisedMatrix {
  readonly rows: number;
  readonly dim: number;
  readonly partSize: number;
  /** rows × parts */
  readonly codes: Uint8Array;
  /** 256 × dim: for each part, its centroids one after another. */
  readonly centroids: Float32Array;
  readonly norms?: { readonly codes: Uint8Array; readonly values: Float32Array } | undefined;
}

const CENTROIDS = 256;

/** Quantises a matrix; the last part is shorter when `partSize` does not divide `dim`. */
export function quantiseMatrix(
  matrix: Float32Array,
  dim: number,
  partSize: number,
  withNorms: boolean,
  rng: Rng,
): QuantisedMatrix {
  const rows = matrix.length / dim;
  const unit = matrix.slice();
  const norms = withNorms ? quantiseNorms(unit, dim, rng) : undefined;
  const parts = Math.ceil(dim / partSize);
  const codes = new Uint8Array(rows * parts);
  const centroids = new Float32Array(CENTROIDS * dim);
  for (let part = 0; part < parts; part++) {
    const first = part * partSize;
    const width = Math.min(partSize, dim - first);
    const points = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let d = 0; d < width; d++) points[row * width + d] = unit[row * dim + first + d]!;
    }
    const trained = trainCentroids(points, width, CENTROIDS, rng);
    centroids.set(trained, first * CENTROIDS);
    for (let row = 0; row < rows; row++) codes[row * parts + part] = nearest(trained, width, points, row * width);
  }
  return { rows, dim, partSize, codes, centroids, norms };
}

function quantiseNorms(unit: Float32Array, dim: number, rng: Rng): QuantisedMatrix['norms'] {
  const rows = unit.length / dim;
  const lengths = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const vector = unit.subarray(row * dim, (row + 1) * dim);
    const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    lengths[row] = length;
    if (length > 0) for (let d = 0; d < dim; d++) vector[d]! /= length;
  }
  const values = trainCentroids(lengths, 1, CENTROIDS, rng);
  const codes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = nearest(values, 1, lengths, row);
  return { codes, values };
}

/** The matrix that the codes stand for. */
export function expandMatrix(quantised: QuantisedMatrix): Float32Array {
  const { rows, dim, partSize, codes, centroids, norms } = quantised;
  const parts = Math.ceil(dim / partSize);
  const matrix = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    const length = norms === undefined ? 1 : norms.values[norms.codes[row]!]!;
    for (let part = 0; part < parts; part++) {
      const first = part * partSize;
      const width = Math.min(partSize, dim - first);
      const at = first * CENTROIDS + codes[row * parts + part]! * width;
      for (let d = 0; d < width; d++) matrix[row * dim + first + d] = length * centroids[at + d]!;
    }
  }
  return matrix;
}

/** Adds a quantised matrix to the tensors of an artifact. */
export function writeQuantised(name: string, quantised: QuantisedMatrix, tensors: Map<string, Tensor>): void {
  const parts = Math.ceil(quantised.dim / quantised.partSize);
  tensors.set(`${name}_codes`, { shape: [quantised.rows, parts], data: quantised.codes });
  tensors.set(`${name}_centroids`, { shape: [CENTROIDS, quantised.dim], data: quantised.centroids });
  tensors.set(`${name}_part_size`, { shape: [1], data: Uint8Array.of(quantised.partSize) });
  if (quantised.norms === undefined) return;
  tensors.set(`${name}_norm_codes`, { shape: [quantised.rows], data: quantised.norms.codes });
  tensors.set(`${name}_norm_values`, { shape: [CENTROIDS], data: quantised.norms.values });
}

/** @throws ArtifactError if a tensor is missing or does not fit. */
export function readQuantised(name: string, artifact: Artifact, rows: number, dim: number): QuantisedMatrix {
  const partSize = tensorOf(artifact, `${name}_part_size`, Uint8Array, [1])[0]!;
  if (partSize === 0) throw new ArtifactError(`The parts of ${name} are empty.`);
  const parts = Math.ceil(dim / partSize);
  return {
    rows,
    dim,
    partSize,
    codes: tensorOf(artifact, `${name}_codes`, Uint8Array, [rows, parts]),
    centroids: tensorOf(artifact, `${name}_centroids`, Float32Array, [CENTROIDS, dim]),
    norms: artifact.tensors.has(`${name}_norm_codes`)
      ? {
          codes: tensorOf(artifact, `${name}_norm_codes`, Uint8Array, [rows]),
          values: tensorOf(artifact, `${name}_norm_values`, Float32Array, [CENTROIDS]),
        }
      : undefined,
  };
}
