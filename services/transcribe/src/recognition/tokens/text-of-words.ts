import type { RecognisedWord } from '../speech-engine.js';

/** Words and their punctuation as one text. */
export const textOfWords = (words: readonly Pick<RecognisedWord, 'text' | 'punctuation'>[]): string =>
  words.map(({ text, punctuation = '' }) => text + punctuation).join(' ');
