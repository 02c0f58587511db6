import { unsupportedIn } from './character-sets.js';
import { maxFileBytes, VocabularyError } from './vocabulary-error.js';

/**
 * The words of a filter file, one a line.
 * @throws VocabularyError
 */
export function parseFilterFile(content: string, languageCode: string): readonly string[] {
  const lines = content.replace(/^\ufeff/u, '').split(/\r?\n/u);
  return checkFilterWords(
    lines.map((line) => line.trim()).filter((line) => line !== ''),
    languageCode,
  );
}

/**
 * The words of a filter, each once whatever its case. Rules: AWS's developer guide, "Creating a vocabulary filter" (read 2026-11): single
 * words, in the characters of the language, 50 KB together. AWS's sentences for what breaks them are not published; these are ours.
 * @throws VocabularyError
 */
export function checkFilterWords(words: readonly string[], languageCode: string): readonly string[] {
  if (words.length === 0) refuse('has no words');
  if (Buffer.byteLength(words.join('\n')) > maxFileBytes) refuse(`is larger than ${maxFileBytes} bytes`);
  for (const word of words) {
    if (word === '' || /\s/u.test(word)) refuse(`has the entry "${word}", which is not a single word`);
    // Words are compared in lower case, and some sets list small letters alone.
    const unsupported = unsupportedIn(word.toLowerCase(), languageCode);
    if (unsupported !== undefined) refuse(`has the character "${unsupported}" in "${word}"`);
  }
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()];
}

function refuse(detail: string): never {
  throw new VocabularyError(`The vocabulary filter ${detail}. See the developer guide for more information.`, detail);
}
