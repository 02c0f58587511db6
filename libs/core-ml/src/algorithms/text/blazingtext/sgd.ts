import { Rng } from '../../../random/rng.js';
import type { Examples } from './examples.js';
import type { LabelPaths } from './huffman.js';
import { sgdKernel, type Scratch, type SgdKernel, type SharedWasmMemory } from './training-memory.js';

/** The matrices. `output` has a row per label, or per inner node of the Huffman tree. */
export interface Weights {
  readonly dim: number;
  readonly input: Float32Array;
  readonly output: Float32Array;
}

/** All that training threads have in common; it can be posted to a worker. */
export interface SgdTask {
  readonly examples: Examples;
  readonly memory: SharedWasmMemory;
  readonly dim: number;
  readonly outputRows: number;
  readonly inputPointer: number;
  readonly outputPointer: number;
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

/** Examples between two looks at the learning rate. */
const RATE_UPDATE = 100;
const LEAST_PROBABILITY = 1e-10;

/**
 * Stochastic gradient descent of fastText's classifier (Joulin et al. 2016, "Bag of Tricks for Efficient Text
 * Classification"): the mean of the rows of a line, a linear layer, softmax. Threads write to the shared matrices
 * without locks (Recht et al. 2011, "Hogwild!").
 */
export class SgdThread {
  readonly #task: SgdTask;
  readonly #rng: Rng;
  readonly #kernel: SgdKernel;
  readonly #scratch: Scratch;
  readonly #rows: Int32Array;
  readonly #scores: Float32Array;

  constructor(task: SgdTask, scratch: Scratch, seed: number) {
    this.#task = task;
    this.#rng = new Rng(seed);
    this.#kernel = sgdKernel(task.memory);
    this.#scratch = scratch;
    this.#rows = new Int32Array(task.memory.buffer, scratch.rows, scratch.mostRows);
    this.#scores = new Float32Array(task.memory.buffer, scratch.scores, task.outputRows);
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
    const { dim, inputPointer, paths, examples } = this.#task;
    const { hidden, gradient, rows } = this.#scratch;
    const kernel = this.#kernel;
    const count = rowsOf(examples, example, this.#rows);
    kernel.sumRows(rows, count, inputPointer, dim, hidden);
    kernel.scale(hidden, dim, 1 / count);
    kernel.scale(gradient, dim, 0);
    const label = this.#drawLabel(example);
    const loss = paths === undefined ? this.#softmax(label, rate) : this.#tree(paths, label, rate);
    kernel.scale(gradient, dim, 1 / count);
    kernel.addToRows(rows, count, inputPointer, dim, gradient);
    return loss;
  }

  /** One of the labels of a line, at random, as fastText does for softmax. */
  #drawLabel(example: number): number {
    const { labels, labelStarts } = this.#task.examples;
    const first = labelStarts[example]!;
    const choices = labelStarts[example + 1]! - first;
    return labels[choices === 1 ? first : first + this.#rng.below(choices)]!;
  }

  #softmax(label: number, rate: number): number {
    const { dim, outputPointer, outputRows } = this.#task;
    const { hidden, gradient, scores: steps } = this.#scratch;
    const scores = this.#scores;
    this.#kernel.scoreRows(outputPointer, outputRows, dim, hidden, steps);
    softmax(scores);
    const loss = -Math.log(Math.max(scores[label]!, LEAST_PROBABILITY));
    for (let i = 0; i < outputRows; i++) scores[i] = rate * ((i === label ? 1 : 0) - scores[i]!);
    this.#kernel.updateRows(outputPointer, outputRows, dim, steps, hidden, gradient);
    return loss;
  }

  #tree(paths: LabelPaths, label: number, rate: number): number {
    const { dim, outputPointer } = this.#task;
    const { hidden, gradient } = this.#scratch;
    let loss = 0;
    for (let i = paths.starts[label]!; i < paths.starts[label + 1]!; i++) {
      const row = outputPointer + paths.nodes[i]! * dim * 4;
      const right = 1 / (1 + Math.exp(-this.#kernel.dot(row, dim, hidden)));
      const wanted = paths.rights[i]!;
      this.#kernel.updateRow(row, dim, rate * (wanted - right), hidden, gradient);
      loss -= Math.log(Math.max(wanted === 1 ? right : 1 - right, LEAST_PROBABILITY));
    }
    return loss;
  }
}

/** Writes the rows of an example's features; gives their number. */
export function rowsOf(examples: Examples, example: number, into: Int32Array): number {
  const { units, unitStarts, tokenRows, tokenRowStarts } = examples;
  let count = 0;
  for (let i = unitStarts[example]!; i < unitStarts[example + 1]!; i++) {
    const unit = units[i]!;
    if (unit >= 0) into[count++] = unit;
    else for (let r = tokenRowStarts[~unit]!; r < tokenRowStarts[~unit + 1]!; r++) into[count++] = tokenRows[r]!;
  }
  return count;
}

/** The largest number of rows of any example. */
export function mostRows({ count, units, unitStarts, tokenRowStarts }: Examples): number {
  let most = 0;
  for (let example = 0; example < count; example++) {
    let rows = 0;
    for (let i = unitStarts[example]!; i < unitStarts[example + 1]!; i++) {
      const unit = units[i]!;
      rows += unit >= 0 ? 1 : tokenRowStarts[~unit + 1]! - tokenRowStarts[~unit]!;
    }
    most = Math.max(most, rows);
  }
  return most;
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
  for (let i = 0; i < scores.length; i++) if (scores[i]! > largest) largest = scores[i]!;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const power = Math.exp(scores[i]! - largest);
    scores[i] = power;
    sum += power;
  }
  for (let i = 0; i < scores.length; i++) scores[i]! /= sum;
}
