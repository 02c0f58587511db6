import type { Channel, TrainContext } from '../../../algorithm.js';
import { readCorpus } from './corpus.js';
import { buildExamples } from './examples.js';
import { FeatureSpace } from './feature-space.js';
import { rowsInBucketOrder, TextClassifier } from './model.js';
import { expandMatrix, quantiseMatrix } from './product-quantiser.js';
import { TokenTable } from './token-table.js';
import { trainingMemory, type TrainingMemory } from './training-memory.js';
import { descend, type DescentSettings } from './train.js';

/** How a model is made small. */
export interface CompressionSettings {
  /** Features to keep, those of the largest norm; all when absent. */
  readonly cutoff?: number;
  /** Numbers in each quantised part; 2 is fastText's. */
  readonly partSize?: number;
  /** Quantise the length of each row by itself; better at a byte a row. */
  readonly norms?: boolean;
  /** Quantise the output matrix too. */
  readonly output?: boolean;
  /** Trains the kept features again on this data before they are quantised. */
  readonly retrain?: Channel;
  /** Epochs and learning rate of the retraining; the model's own when absent. */
  readonly descent?: Partial<DescentSettings>;
}

/** A smaller model (Joulin et al. 2016, "FastText.zip"): prune by norm, retrain, quantise. The given one is untouched. */
export async function compress(
  model: TextClassifier,
  settings: CompressionSettings,
  context: TrainContext,
): Promise<TextClassifier> {
  const { pruned, memory } = keepLargest(model, settings.cutoff ?? model.space.rows);
  if (settings.retrain !== undefined) {
    const examples = buildExamples(readCorpus(settings.retrain), model.labels, pruned.space, false);
    const own = model.hyperparameters;
    await descend(
      pruned,
      memory,
      examples,
      {
        epochs: Number(own['epochs']),
        learning_rate: Number(own['learning_rate']),
        early_stopping: false,
        patience: 1,
        min_epochs: 1,
        ...settings.descent,
      },
      context,
    );
  }
  const { dim, input, output } = pruned.weights;
  const partSize = settings.partSize ?? 2;
  const norms = settings.norms ?? true;
  const compactInput = quantiseMatrix(input, dim, partSize, norms, context.rng);
  const compactOutput =
    settings.output === true ? quantiseMatrix(output, dim, partSize, norms, context.rng) : undefined;
  return new TextClassifier(
    pruned.hyperparameters,
    pruned.labels,
    pruned.labelCounts,
    pruned.space,
    {
      dim,
      input: expandMatrix(compactInput),
      output: compactOutput === undefined ? output : expandMatrix(compactOutput),
    },
    { input: compactInput, output: compactOutput },
  );
}

/** A copy with only the features of the largest norms; rows are then in the order in which they are saved. */
function keepLargest(model: TextClassifier, cutoff: number): { pruned: TextClassifier; memory: TrainingMemory } {
  const { dim, input, output } = model.weights;
  const { space } = model;
  const norms = Float64Array.from({ length: space.rows }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += input[row * dim + d]! ** 2;
    return sum;
  });
  const ranked = Uint32Array.from(norms.keys()).sort((a, b) => norms[b]! - norms[a]! || a - b);
  const kept = new Uint8Array(space.rows);
  for (const row of ranked.subarray(0, cutoff)) kept[row] = 1;
  const words = new TokenTable();
  for (let word = 0; word < space.words.size; word++) {
    const bytes = space.words.bytesOf(word);
    if (kept[word] === 1) words.intern(bytes, 0, bytes.length, space.words.hashOf(word));
  }
  const smaller = new FeatureSpace(words, space.settings);
  space.rowOfBucket.forEach((row, bucket) => {
    if (row >= 0 && kept[row] === 1) smaller.admit(bucket);
  });
  const rows = rowsInBucketOrder(space).filter((row) => kept[row] === 1);
  const memory = trainingMemory(rows.length, output.length / dim, dim);
  const { weights } = memory;
  rows.forEach((row, i) => weights.input.set(input.subarray(row * dim, (row + 1) * dim), i * dim));
  weights.output.set(output);
  const pruned = new TextClassifier(model.hyperparameters, model.labels, model.labelCounts, smaller, weights);
  return { pruned, memory };
}
