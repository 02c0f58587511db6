import { logProbabilityOf } from '../../recognition/bias/word-model-bias.js';
import type { NGramModel } from '../../recognition/speech-engine.js';

/**
 * How surprised a model is by each word of a text, ends of sentences included; 1 is not at all. Low on text like the customer's, high on
 * other.
 */
export function perplexity(model: NGramModel, sentences: Iterable<readonly string[]>): number {
  let sum = 0;
  let nWords = 0;
  for (const sentence of sentences) {
    const words = ['<s>', ...sentence, '</s>'];
    for (let i = 1; i < words.length; i++)
      sum += logProbabilityOf(model, words.slice(Math.max(0, i - model.order + 1), i), words[i]!);
    nWords += words.length - 1;
  }
  return Math.exp(-sum / nWords);
}
