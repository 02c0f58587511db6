import type { Examples } from './examples.js';
import type { LabelPaths } from './huffman.js';
import { Rng } from '../../../random/rng.js';

/** The matrices, in memory that threads share. `output` has a row per label, or per inner node of the Huffman tree. */
export interface Weights {
  readonly dim: number;
  readonly input: Float32Array;
  readonly output: Float32Array;
}

/** All that a training thread needs; it can be posted to a worker. */
export interface SgdTask {
  readonly examples: Examples;
  readonly weights: Weights;
  /** Paths of the labels for hierarchical softmax; without it, softmax. */
  readonly paths?: LabelPaths | undefined;
  /** Examples in the order of this epoch; written by the main thread between epochs. */
  readonly order: Int32Array;
  /** Examples done by all threads since the start. */
  readonly done: Int32Array;
  /** Examples of the whole training. */
  readonly total: number;
  readonly learningRate: number;
}

const RATE_UPDATE = 100;

/**
 * Stochastic gradient descent of fastText's classifier (Joulin et al. 2016, "Bag of Tricks for Efficient Text
 * Classification"): the mean of the rows of a line, a linear layer, softmax. Threads write to the shared matrices
 * without locks (Recht et al. 2011, "Hogwild!").
 */
export class SgdThread {
  readonly #task: SgdTask;
  readonly #rng: Rng;
  readonly #hidden: Float32Array;
  readonly #gradient: Float32Array;
  readonly #scores: Float32Array;
  #rows = new Int32Array(1024);

  constructor(task: SgdTask, seed: number) {
    this.#task = task;
    this.#rng = new Rng(seed);
    this.#hidden = new Float32Array(task.weights.dim);
    this.#gradient = new Float32Array(task.weights.dim);
    this.#scores = new Float32Array(task.weights.output.length / task.weights.dim);
  }

  /** Trains on `order[from … to)`; gives the sum of the losses. */
  run(from: number, to: number): number {
    const { order, done, total, learningRate } = this.#task;
    let loss = 0;
    for (let start = from; start < to; start += RATE_UPDATE) {
      const end = Math.min(to, start + RATE_UPDATE);
      const before = Atomics.add(done, 0, end - start);
      const rate = learningRate * Math.max(0, 1 - before / total);
      for (let i = start; i < end; i++) loss += this.#step(order[i]!, rate);
    }
    return loss;
  }

  #step(example: number, rate: number): number {
    const { labels, labelStarts } = this.#task.examples;
    const count = this.#gather(example);
    const { dim, input } = this.#task.weights;
    const hidden = this.#hidden;
    const gradient = this.#gradient.fill(0);
    const rows = this.#rows;
    hidden.fill(0);
    for (let i = 0; i < count; i++) {
      const at = rows[i]! * dim;
      for (let d = 0; d < dim; d++) hidden[d]! += input[at + d]!;
    }
    const mean = 1 / count;
    for (let d = 0; d < dim; d++) hidden[d]! *= mean;
    const first = labelStarts[example]!;
    const choices = labelStarts[example + 1]! - first;
    const label = labels[choices === 1 ? first : first + this.#rng.below(choices)]!;
    const loss =
      this.#task.paths === undefined ? this.#softmax(label, rate) : this.#tree(this.#task.paths, label, rate);
    for (let d = 0; d < dim; d++) gradient[d]! *= mean;
    for (let i = 0; i < count; i++) {
      const at = rows[i]! * dim;
      for (let d = 0; d < dim; d++) input[at + d]! += gradient[d]!;
    }
    return loss;
  }

  #gather(example: number): number {
    const { units, unitStarts, tokenRows, tokenRowStarts } = this.#task.examples;
    let count = 0;
    for (let i = unitStarts[example]!; i < unitStarts[example + 1]!; i++) {
      const unit = units[i]!;
      const start = unit >= 0 ? 0 : tokenRowStarts[~unit]!;
      const size = unit >= 0 ? 1 : tokenRowStarts[~unit + 1]! - start;
      if (count + size > this.#rows.length) {
        const larger = new Int32Array((count + size) * 2);
        larger.set(this.#rows);
        this.#rows = larger;
      }
      if (unit >= 0) this.#rows[count++] = unit;
      else for (let j = 0; j < size; j++) this.#rows[count++] = tokenRows[start + j]!;
    }
    return count;
  }

  #softmax(label: number, rate: number): number {
    const { dim, output } = this.#task.weights;
    const scores = this.#scores;
    linearScores(output, dim, this.#hidden, scores);
    softmax(scores);
    for (let i = 0; i < scores.length; i++) this.#updateRow(i, rate * ((i === label ? 1 : 0) - scores[i]!));
    return -Math.log(Math.max(scores[label]!, 1e-10));
  }

  #tree(paths: LabelPaths, label: number, rate: number): number {
    const { dim, output } = this.#task.weights;
    let loss = 0;
    for (let i = paths.starts[label]!; i < paths.starts[label + 1]!; i++) {
      const node = paths.nodes[i]!;
      let score = 0;
      for (let d = 0; d < dim; d++) score += output[node * dim + d]! * this.#hidden[d]!;
      const right = 1 / (1 + Math.exp(-score));
      const wanted = paths.rights[i]!;
      this.#updateRow(node, rate * (wanted - right));
      loss -= Math.log(Math.max(wanted === 1 ? right : 1 - right, 1e-10));
    }
    return loss;
  }

  #updateRow(row: number, step: number): void {
    const { dim, output } = this.#task.weights;
    const hidden = this.#hidden;
    const gradient = this.#gradient;
    const at = row * dim;
    for (let d = 0; d < dim; d++) {
      const weight = output[at + d]!;
      gradient[d]! += step * weight;
      output[at + d] = weight + step * hidden[d]!;
    }
  }
}

/** Scores of all rows of a matrix: its product with a vector. */
export function linearScores(matrix: Float32Array, dim: number, hidden: Float32Array, scores: Float32Array): void {
  for (let row = 0, at = 0; row < scores.length; row++, at += dim) {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += matrix[at + d]! * hidden[d]!;
    scores[row] = sum;
  }
}

/** Scores become probabilities, in place; the largest is subtracted first so that nothing overflows. */
export function softmax(scores: Float32Array): void {
  let largest = -Infinity;
  for (const score of scores) if (score > largest) largest = score;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const power = Math.exp(scores[i]! - largest);
    scores[i] = power;
    sum += power;
  }
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum;
}
