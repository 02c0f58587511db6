import {
  channelOf,
  TrainingDataError,
  type Channels,
  type ChannelSpec,
  type TrainContext,
} from '../../../algorithm.js';
import type { ValuesOf } from '../../../hyperparameters/schema.js';
import { HyperparameterError } from '../../../hyperparameters/parse.js';
import type { Rng } from '../../../random/rng.js';
import { readCorpus } from './corpus.js';
import { buildDictionary, buildExamples, featureSettings, type Examples } from './examples.js';
import { FeatureSpace } from './feature-space.js';
import type { BlazingTextSchema } from './hyperparameters.js';
import { huffmanPaths } from './huffman.js';
import { TextClassifier } from './model.js';
import { mostRows } from './sgd.js';
import { epochRunner } from './threads.js';
import { scratchFor, trainingMemory, type TrainingMemory } from './training-memory.js';

export const channelSpec: ChannelSpec = {
  train: { required: true, contentTypes: ['text/plain', 'application/jsonlines'] },
  validation: { required: false, contentTypes: ['text/plain', 'application/jsonlines'] },
};

/** Trains a text classifier. */
export async function train(
  channels: Channels,
  values: ValuesOf<BlazingTextSchema>,
  context: TrainContext,
): Promise<TextClassifier> {
  refuseWhatIsNotThere(values, context);
  context.signal.throwIfAborted();
  const channel = channelOf(channels, 'train', channelSpec);
  if (channel === undefined) throw new TrainingDataError('The channel train is required.');
  const validation = channelOf(channels, 'validation', channelSpec);
  const corpus = readCorpus(channel);
  const dictionary = buildDictionary(corpus, values.min_count);
  const space = new FeatureSpace(dictionary.words, featureSettings(values));
  const examples = buildExamples(corpus, dictionary.labels, space, true);
  if (examples.count === 0) throw new TrainingDataError('No line of the train channel has both a label and words.');
  const outputs = values.loss === 'hs' ? dictionary.labels.length - 1 : dictionary.labels.length;
  const memory = initialWeights(space.rows, outputs, values.vector_dim, context.rng);
  const model = new TextClassifier(values, dictionary.labels, dictionary.labelCounts, space, memory.weights);
  const held =
    validation === undefined ? undefined : buildExamples(readCorpus(validation), dictionary.labels, space, false);
  await descend(model, memory, examples, values, context, held);
  return model;
}

function refuseWhatIsNotThere(values: ValuesOf<BlazingTextSchema>, context: TrainContext): void {
  if (values.mode !== 'supervised') {
    throw new HyperparameterError(`mode ${values.mode} (word vectors) is not there yet; supervised is.`);
  }
  if (values.min_char > values.max_char && values.max_char > 0) {
    throw new HyperparameterError('min_char must not be above max_char.');
  }
  if (context.startFrom !== undefined) {
    throw new TrainingDataError('Training that goes on from an earlier model is not there yet for blazingtext.');
  }
}

/** Input uniform in ±1/dim, output zero, as fastText begins. */
function initialWeights(rows: number, outputs: number, dim: number, rng: Rng): TrainingMemory {
  const memory = trainingMemory(rows, outputs, dim);
  const { input } = memory.weights;
  for (let i = 0; i < input.length; i++) input[i] = (2 * rng.float() - 1) / dim;
  return memory;
}

/** What descent needs of the hyperparameters. */
export type DescentSettings = Pick<
  ValuesOf<BlazingTextSchema>,
  'epochs' | 'learning_rate' | 'early_stopping' | 'patience' | 'min_epochs'
>;

/** Runs the epochs on a model's own weights, which are in `memory`. Lines are shuffled before each, where fastText keeps the file's order. */
export async function descend(
  model: TextClassifier,
  memory: TrainingMemory,
  examples: Examples,
  settings: DescentSettings,
  context: TrainContext,
  held?: Examples,
): Promise<void> {
  const order = new Int32Array(new SharedArrayBuffer(examples.count * 4));
  for (let i = 0; i < order.length; i++) order[i] = i;
  const outputRows = memory.weights.output.length / memory.weights.dim;
  const scratches = scratchFor(memory, context.threads ?? 1, outputRows, mostRows(examples));
  const runner = epochRunner(
    {
      examples,
      memory: memory.memory,
      dim: memory.weights.dim,
      outputRows,
      inputPointer: memory.inputPointer,
      outputPointer: memory.outputPointer,
      paths: model.hierarchical ? huffmanPaths(model.labelCounts) : undefined,
      order,
      done: new Int32Array(new SharedArrayBuffer(4)),
      total: examples.count * settings.epochs,
      learningRate: settings.learning_rate,
    },
    scratches,
    context.rng,
  );
  try {
    let best = -1;
    let bestEpoch = 0;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      context.rng.shuffle(order);
      context.report('train:loss', await runner.epoch(context.signal), epoch);
      if (held === undefined) continue;
      const accuracy = model.accuracy(held);
      context.report('validation:accuracy', accuracy, epoch);
      if (accuracy > best) [best, bestEpoch] = [accuracy, epoch];
      if (settings.early_stopping && epoch >= settings.min_epochs && epoch - bestEpoch >= settings.patience) break;
    }
  } finally {
    await runner.close();
  }
}
