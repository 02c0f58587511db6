import { defineAlgorithm } from '../../../algorithm.js';
import { hyperparameters, type BlazingTextSchema } from './hyperparameters.js';
import { restoreClassifier, type TextInstance, type TextPrediction } from './model.js';
import { channelSpec, train } from './train.js';

export { compress, type CompressionSettings } from './compress.js';
export { restoreClassifier, TextClassifier, type TextInstance, type TextPrediction } from './model.js';
export { train as trainClassifier } from './train.js';

/** SageMaker's BlazingText: text classification. */
export const blazingText = defineAlgorithm<BlazingTextSchema, TextInstance, TextPrediction>({
  name: 'blazingtext',
  sources: [
    'Joulin, Grave, Bojanowski, Mikolov 2016: Bag of Tricks for Efficient Text Classification, arXiv:1607.01759',
    'Joulin et al. 2016: FastText.zip: Compressing text classification models, arXiv:1612.03651',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/blazingtext_hyperparameters.html',
  ],
  hyperparameters,
  channels: channelSpec,
  train,
  restore: async (artifact) => restoreClassifier(artifact),
});
