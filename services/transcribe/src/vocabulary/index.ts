export { unsupportedIn } from './character-sets.js';
export { parsePhrases, parseVocabularyFile } from './custom-vocabulary.js';
export { checkFilterWords, parseFilterFile } from './filter-words.js';
export { fromArpa, toArpa } from './language-model/arpa.js';
export { trainNGramModel, type NGramSettings } from './language-model/kneser-ney.js';
export { perplexity } from './language-model/perplexity.js';
export { sentencesOf } from './language-model/sentences.js';
export { refusedTerms, VocabularyError } from './vocabulary-error.js';
