import { describe, expect, it } from 'vitest';
import { languageWords } from './normalise.js';

describe('languageWords', () => {
  it('lower-cases words and drops digits, punctuation and emoji', () => {
    expect(languageWords('Hello, World 42! 👩‍👩‍👧 ok…')).toEqual(['hello', 'world', 'ok']);
  });

  it('composes combining accents, so that both spellings are one word', () => {
    expect(languageWords('Cafe\u0301')).toEqual(languageWords('Caf\u00e9'));
    expect(languageWords('Cafe\u0301')).toEqual(['café']);
  });

  it('keeps vowel signs that are marks of their own', () => {
    expect(languageWords('हिन्दी में')).toEqual(['हिन्दी', 'में']);
  });

  it('leaves the apostrophe with the word on its left, whichever apostrophe it is', () => {
    expect(languageWords('L’homme qu`il')).toEqual(["l'", 'homme', "qu'", 'il']);
  });

  it('drops web addresses, mail addresses and handles', () => {
    expect(languageWords('siehe https://example.org/a?b=c oder max@example.org von @max')).toEqual(['siehe', 'oder', 'von']);
  });

  it('lower-cases Turkish dotted İ to a plain i', () => {
    expect(languageWords('İstanbul')).toEqual(['istanbul']);
  });

  it('gives nothing for a text without letters', () => {
    expect(languageWords('')).toEqual([]);
    expect(languageWords('12:30 — 🙂')).toEqual([]);
  });
});
