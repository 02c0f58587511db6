import type { Random } from './random.js';

/**
 * fastText's supervised model (Joulin et al. 2016, section 2): the mean of the embeddings of a text's features, one
 * linear layer, softmax, cross-entropy. Trained by stochastic gradients with a rate that falls linearly to zero;
 * each row's step is divided by the root of its summed mean squared gradients (Adagrad, Duchi et al. 2011, one
 * number per row), which lets rare n-grams learn as fast as frequent ones.
 */
export class EmbeddingClassifier {
  /** [feature, dim] */
  readonly embeddings: Float32Array;
  /** [class, dim] */
  readonly output: Float32Array;
  /** [class] */
  readonly bias: Float32Array;
  /** [class], after `predict` or `learn`: probabilities */
  readonly probabilities: Float32Array;
  readonly #hidden: Float32Array;
  readonly #gradient: Float32Array;
  readonly #embeddingSquares: Float32Array;
  readonly #outputSquares: Float32Array;

  constructor(
    readonly nFeatures: number,
    readonly dim: number,
    readonly nClasses: number,
    random: Random,
  ) {
    this.embeddings = new Float32Array(nFeatures * dim);
    for (let i = 0; i < this.embeddings.length; i++) this.embeddings[i] = (random() * 2 - 1) / dim;
    this.output = new Float32Array(nClasses * dim);
    this.bias = new Float32Array(nClasses);
    this.probabilities = new Float32Array(nClasses);
    this.#hidden = new Float32Array(dim);
    this.#gradient = new Float32Array(dim);
    this.#embeddingSquares = new Float32Array(nFeatures).fill(1e-8);
    this.#outputSquares = new Float32Array(nClasses).fill(1e-4);
  }

  /** Fills `probabilities` for the features ids[0..count). */
  predict(ids: Int32Array, count: number): Float32Array {
    const { dim, nClasses, embeddings, output, probabilities } = this;
    const hidden = this.#hidden.fill(0);
    for (let i = 0; i < count; i++) {
      const row = ids[i]! * dim;
      for (let d = 0; d < dim; d++) hidden[d]! += embeddings[row + d]!;
    }
    if (count > 0) for (let d = 0; d < dim; d++) hidden[d]! /= count;
    let max = -Infinity;
    for (let c = 0; c < nClasses; c++) {
      let logit = this.bias[c]!;
      for (let d = 0, row = c * dim; d < dim; d++) logit += output[row + d]! * hidden[d]!;
      probabilities[c] = logit;
      if (logit > max) max = logit;
    }
    let sum = 0;
    for (let c = 0; c < nClasses; c++) sum += probabilities[c] = Math.exp(probabilities[c]! - max);
    for (let c = 0; c < nClasses; c++) probabilities[c]! /= sum;
    return probabilities;
  }

  /** One step towards `target`. @returns the cross-entropy before it */
  learn(ids: Int32Array, count: number, target: number, rate: number, outputOnly = false): number {
    if (count === 0) return 0;
    const { dim, nClasses, embeddings, output, probabilities } = this;
    this.predict(ids, count);
    const loss = -Math.log(Math.max(1e-9, probabilities[target]!));
    const hidden = this.#hidden;
    const gradient = this.#gradient.fill(0);
    let hiddenSquares = 0;
    for (let d = 0; d < dim; d++) hiddenSquares += hidden[d]! * hidden[d]!;
    hiddenSquares /= dim;
    for (let c = 0; c < nClasses; c++) {
      const error = probabilities[c]! - (c === target ? 1 : 0);
      if (error < 1e-4 && error > -1e-4) continue;
      const squares = (this.#outputSquares[c]! += error * error * hiddenSquares);
      const step = (rate * error) / Math.sqrt(squares);
      const row = c * dim;
      for (let d = 0; d < dim; d++) {
        gradient[d]! += error * output[row + d]!;
        output[row + d]! -= step * hidden[d]!;
      }
      this.bias[c]! -= 0.05 * rate * error;
    }
    if (outputOnly) return loss;
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += (gradient[d]! /= count) * gradient[d]!;
    squares /= dim;
    for (let i = 0; i < count; i++) {
      const id = ids[i]!;
      const step = rate / Math.sqrt((this.#embeddingSquares[id]! += squares));
      for (let d = 0, row = id * dim; d < dim; d++) embeddings[row + d]! -= step * gradient[d]!;
    }
    return loss;
  }
}
