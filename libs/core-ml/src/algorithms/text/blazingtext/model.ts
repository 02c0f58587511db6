import { tensorOf, ArtifactError, type Artifact, type Tensor } from '../../../artifact/artifact.js';
import type { Model } from '../../../algorithm.js';
import { decodeBuckets, encodeBuckets } from './bucket-codes.js';
import { FeatureSpace } from './feature-space.js';
import type { Examples } from './examples.js';
import { hashBytes } from './hashing.js';
import { huffmanPaths, type LabelPaths } from './huffman.js';
import { expandMatrix, readQuantised, writeQuantised, type QuantisedMatrix } from './product-quantiser.js';
import { linearScores, mostRows, rowsOf, softmax, type Weights } from './sgd.js';
import { TokenTable } from './token-table.js';

/** One text to classify; `k` labels are wanted, 1 unless told. */
export interface TextInstance {
  readonly source: string;
  readonly k?: number;
}

/** Labels with their probabilities, most probable first. */
export interface TextPrediction {
  readonly label: string[];
  readonly prob: number[];
}

/** The matrices of a compact model, by product quantisation. */
export interface CompactMatrices {
  readonly input: QuantisedMatrix;
  readonly output?: QuantisedMatrix | undefined;
}

export const FORMAT = 'blazingtext/1';
const WRITER = '0.1.0';

type Values = Readonly<Record<string, string | number | boolean>>;

/** A trained text classifier. */
export class TextClassifier implements Model<TextInstance, TextPrediction> {
  readonly hyperparameters: Values;
  readonly labels: readonly string[];
  readonly labelCounts: Int32Array;
  readonly space: FeatureSpace;
  readonly weights: Weights;
  readonly compact: CompactMatrices | undefined;
  readonly #hidden: Float32Array;
  readonly #scores: Float32Array;
  readonly #probabilities: Float32Array;
  readonly #paths: LabelPaths | undefined;

  constructor(
    hyperparameters: Values,
    labels: readonly string[],
    labelCounts: Int32Array,
    space: FeatureSpace,
    weights: Weights,
    compact?: CompactMatrices,
  ) {
    this.hyperparameters = hyperparameters;
    this.labels = labels;
    this.labelCounts = labelCounts;
    this.space = space;
    this.weights = weights;
    this.compact = compact;
    this.#hidden = new Float32Array(weights.dim);
    this.#probabilities = new Float32Array(labels.length);
    this.#paths = this.hierarchical ? huffmanPaths(labelCounts) : undefined;
    this.#scores = this.hierarchical ? new Float32Array(labels.length - 1) : this.#probabilities;
  }

  get hierarchical(): boolean {
    return this.hyperparameters['loss'] === 'hs';
  }

  predict(rows: readonly TextInstance[]): TextPrediction[] {
    return rows.map(({ source, k }) => this.top(source, k ?? 1));
  }

  /** The k most probable labels of a text. */
  top(text: string, k: number): TextPrediction {
    const probabilities = this.probabilities(text);
    const chosen = Array.from(probabilities.keys());
    chosen.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
    chosen.length = Math.min(Math.max(0, k), chosen.length);
    return { label: chosen.map((i) => this.labels[i]!), prob: chosen.map((i) => probabilities[i]!) };
  }

  /**
   * Probabilities of all labels in the order of `labels`, in an array that the next call writes over. A text of which
   * no feature is known gets those of a zero vector.
   */
  probabilities(text: string): Float32Array {
    const count = this.space.encode(text);
    return this.#probabilitiesOf(this.space.ids.values, 0, count);
  }

  /** Share of examples of which the most probable label is one of theirs. */
  accuracy(examples: Examples): number {
    let right = 0;
    const rows = new Int32Array(mostRows(examples));
    for (let i = 0; i < examples.count; i++) {
      const scores = this.#probabilitiesOf(rows, 0, rowsOf(examples, i, rows));
      let best = 0;
      for (let label = 1; label < scores.length; label++) if (scores[label]! > scores[best]!) best = label;
      if (examples.labels.subarray(examples.labelStarts[i], examples.labelStarts[i + 1]).includes(best)) right++;
    }
    return examples.count === 0 ? 0 : right / examples.count;
  }

  #probabilitiesOf(rows: Int32Array, from: number, to: number): Float32Array {
    const { dim, input, output } = this.weights;
    const hidden = this.#hidden.fill(0);
    for (let i = from; i < to; i++) {
      const at = rows[i]! * dim;
      for (let d = 0; d < dim; d++) hidden[d]! += input[at + d]!;
    }
    if (to > from) for (let d = 0; d < dim; d++) hidden[d]! /= to - from;
    linearScores(output, dim, hidden, this.#scores);
    if (this.#paths === undefined) softmax(this.#scores);
    else alongPaths(this.#paths, this.#scores, this.#probabilities);
    return this.#probabilities;
  }

  save(): Artifact {
    const { dim, input, output } = this.weights;
    const tensors = new Map<string, Tensor>();
    const words = writeWords(this.space.words);
    tensors.set('words', { shape: [words.length], data: words });
    const buckets = encodeBuckets(this.space.rowOfBucket, this.space.words.size, this.space.rows);
    tensors.set('buckets', { shape: [buckets.length], data: buckets });
    tensors.set('label_counts', { shape: [this.labels.length], data: this.labelCounts });
    if (this.compact === undefined) tensors.set('input', { shape: [this.space.rows, dim], data: inBucketOrder(this) });
    else writeQuantised('input', this.compact.input, tensors);
    if (this.compact?.output !== undefined) writeQuantised('output', this.compact.output, tensors);
    else tensors.set('output', { shape: [output.length / dim, dim], data: output });
    if (input.length !== this.space.rows * dim) throw new ArtifactError('The matrix and the features do not fit.');
    return {
      format: FORMAT,
      algorithm: 'blazingtext',
      hyperparameters: this.hyperparameters,
      writer: WRITER,
      attributes: { labels: this.labels, rows: this.space.rows, dim },
      tensors,
    };
  }
}

/** Rows of hashed features are saved by rising bucket, so that the buckets need only their gaps written. */
export function rowsInBucketOrder(space: FeatureSpace): Int32Array {
  const order = new Int32Array(space.rows);
  let next = space.words.size;
  for (let word = 0; word < next; word++) order[word] = word;
  for (const row of space.rowOfBucket) if (row >= 0) order[next++] = row;
  return order;
}

function inBucketOrder(model: TextClassifier): Float32Array {
  const { dim, input } = model.weights;
  const sorted = new Float32Array(input.length);
  rowsInBucketOrder(model.space).forEach((row, i) => sorted.set(input.subarray(row * dim, (row + 1) * dim), i * dim));
  return sorted;
}

function alongPaths(paths: LabelPaths, scores: Float32Array, probabilities: Float32Array): void {
  for (let label = 0; label < probabilities.length; label++) {
    let probability = 1;
    for (let i = paths.starts[label]!; i < paths.starts[label + 1]!; i++) {
      const right = 1 / (1 + Math.exp(-scores[paths.nodes[i]!]!));
      probability *= paths.rights[i] === 1 ? right : 1 - right;
    }
    probabilities[label] = probability;
  }
}

/**
 * A saved classifier, ready to predict.
 * @throws ArtifactError if the artifact is not one, or its parts do not fit each other.
 */
export function restoreClassifier(artifact: Artifact): TextClassifier {
  if (artifact.format !== FORMAT) throw new ArtifactError(`The format ${artifact.format} is not ${FORMAT}.`);
  const labels = artifact.attributes['labels'];
  if (!Array.isArray(labels) || labels.length === 0 || !labels.every((l) => typeof l === 'string')) {
    throw new ArtifactError('The labels are not a list of texts.');
  }
  const dim = countIn(artifact.attributes['dim'], 'dim', 4096);
  const rows = countIn(artifact.attributes['rows'], 'rows', 2 ** 31);
  const hyperparameter = (name: string, largest: number): number =>
    countIn(artifact.hyperparameters[name], name, largest);
  const space = new FeatureSpace(readWords(tensorOf(artifact, 'words', Uint8Array, [-1])), {
    buckets: hyperparameter('buckets', 50_000_000),
    wordNgrams: hyperparameter('word_ngrams', 100),
    minChar: hyperparameter('min_char', 100),
    maxChar: hyperparameter('max_char', 100),
  });
  decodeBuckets(tensorOf(artifact, 'buckets', Uint8Array, [-1]), space.rowOfBucket, (bucket) => space.admit(bucket));
  if (space.rows !== rows) throw new ArtifactError(`There are ${space.rows} features, not ${rows}.`);
  const outputs = artifact.hyperparameters['loss'] === 'hs' ? labels.length - 1 : labels.length;
  const input = artifact.tensors.has('input') ? undefined : readQuantised('input', artifact, rows, dim);
  const output = artifact.tensors.has('output') ? undefined : readQuantised('output', artifact, outputs, dim);
  const weights = {
    dim,
    input: input === undefined ? tensorOf(artifact, 'input', Float32Array, [rows, dim]) : expandMatrix(input),
    output: output === undefined ? tensorOf(artifact, 'output', Float32Array, [outputs, dim]) : expandMatrix(output),
  };
  const counts = tensorOf(artifact, 'label_counts', Int32Array, [labels.length]);
  const compact = input === undefined ? undefined : { input, output };
  return new TextClassifier(artifact.hyperparameters, labels, counts, space, weights, compact);
}

function writeWords(table: TokenTable): Uint8Array {
  let length = 0;
  for (let word = 0; word < table.size; word++) length += table.bytesOf(word).length + 1;
  const bytes = new Uint8Array(length).fill(0x0a);
  for (let word = 0, at = 0; word < table.size; word++) {
    bytes.set(table.bytesOf(word), at);
    at += table.bytesOf(word).length + 1;
  }
  return bytes;
}

function readWords(bytes: Uint8Array): TokenTable {
  const table = new TokenTable();
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    if (table.intern(bytes, start, end, hashBytes(bytes, start, end)) !== table.size - 1) {
      throw new ArtifactError('A word is there twice.');
    }
    start = end + 1;
  }
  return table;
}

function countIn(value: unknown, name: string, largest: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > largest) {
    throw new ArtifactError(`${name} is not a count of at most ${largest}.`);
  }
  return value;
}
