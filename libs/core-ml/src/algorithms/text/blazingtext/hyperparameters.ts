import { bool, float, int, oneOf } from '../../../hyperparameters/schema.js';

/** SageMaker's names and defaults for text classification, then ours. */
export const hyperparameters = {
  mode: oneOf(['batch_skipgram', 'skipgram', 'cbow', 'supervised'], {
    doc: 'What is trained; only `supervised` (text classification) works so far.',
  }),
  buckets: int({ min: 1, max: 50_000_000, default: 2_000_000, doc: 'Hash buckets for word and character n-grams.' }),
  early_stopping: bool({ default: false, doc: 'Stop when the validation accuracy no longer grows.' }),
  epochs: int({
    min: 1,
    default: 5,
    doc: 'Passes over the training data.',
    tune: { min: 5, max: 15, scaling: 'Linear' },
  }),
  learning_rate: float({
    above: 0,
    default: 0.05,
    doc: 'Step size at the start; it falls linearly to 0.',
    tune: { min: 0.005, max: 0.01, scaling: 'Linear' },
  }),
  min_count: int({ min: 0, default: 5, doc: 'Words seen fewer times are left out.' }),
  min_epochs: int({ min: 1, default: 5, doc: 'Epochs to train before early stopping may happen.' }),
  patience: int({ min: 1, default: 4, doc: 'Epochs without a better validation accuracy before training stops.' }),
  vector_dim: int({ min: 1, max: 4096, default: 100, doc: 'Size of the vectors.' }),
  word_ngrams: int({ min: 1, max: 100, default: 2, doc: 'Longest word n-gram used as a feature.' }),
  min_char: int({ min: 0, max: 100, default: 0, ours: true, doc: 'Shortest character n-gram inside words.' }),
  max_char: int({
    min: 0,
    max: 100,
    default: 0,
    ours: true,
    doc: 'Longest character n-gram inside words; 0 for none.',
  }),
  loss: oneOf(['softmax', 'hs'], {
    default: 'softmax',
    ours: true,
    doc: 'Softmax, or hierarchical softmax for many labels.',
  }),
};

export type BlazingTextSchema = typeof hyperparameters;
