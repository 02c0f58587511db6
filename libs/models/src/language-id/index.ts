export { languageWords } from './normalise.js';
export { wordFeatures, type FeatureSettings } from './features.js';
export { readLanguageModel, writeLanguageModel, type LanguageModel } from './file.js';
export { LanguageIdentifier, type IdentifiedLanguage } from './identify.js';
