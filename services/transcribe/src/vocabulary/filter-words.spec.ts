import { describe, expect, it } from 'vitest';
import { checkFilterWords, parseFilterFile } from './filter-words.js';
import { VocabularyError } from './vocabulary-error.js';

describe('filter words', () => {
  it('reads a word a line, each once whatever its case', () => {
    expect(parseFilterFile('\ufeffcurse\nswear\r\n\nCURSE\n', 'en-US')).toEqual(['CURSE', 'swear']);
  });

  it('takes capitals where the set has small letters alone', () => {
    expect(checkFilterWords(['\u041c\u043e\u0441\u043a\u0432\u0430'], 'ru-RU')).toHaveLength(1);
  });

  it.each([
    ['two words in an entry', ['bad word']],
    ['nothing', []],
    ['an empty entry', ['']],
    ['characters of another language', ['na\u00efve']],
    ['more than 50 KB', Array.from({ length: 7_000 }, () => 'swearing')],
  ])('refuses %s', (_, words) => {
    expect(() => checkFilterWords(words, 'en-US')).toThrow(VocabularyError);
  });
});
