import { expect, it } from 'vitest';
import { LlamaTokenizer } from './llama-tokenizer.js';
import { splitPunctuation, wordsOf } from './words.js';

const tokenizer = new LlamaTokenizer();
const cut = (text: string) => wordsOf(tokenizer.encode(text), tokenizer);
const shown = (text: string) => cut(text).map(({ text: word, punctuation }) => [word, punctuation]);

it('parts words from the punctuation after them', () => {
  expect(shown('Yes, I know. Do you?')).toEqual([
    ['Yes', ','],
    ['I', undefined],
    ['know', '.'],
    ['Do', undefined],
    ['you', '?'],
  ]);
});

it.each([
  ["don't", "don't", ''],
  ['well-known,', 'well-known', ','],
  ['U.S.', 'U.S.', ''],
  ['p.m.,', 'p.m.', ','],
  ['$3.50.', '$3.50', '.'],
  ['"Stop!"', 'Stop', '!'],
  ['wait...', 'wait', '...'],
  ['(so)', 'so', ''],
  ['50%.', '50%', '.'],
  ['\u00e9t\u00e9.', '\u00e9t\u00e9', '.'],
])('reads %j as a word and its signs', (written, text, punctuation) => {
  expect(splitPunctuation(written)).toEqual({ text, punctuation });
});

it('gives signs that stand alone to the word before', () => {
  expect(shown('Well - yes ...')).toEqual([
    ['Well', undefined],
    ['yes', '...'],
  ]);
  expect(shown('... ?')).toEqual([]);
});

it('says which tokens write a word, those of its punctuation aside', () => {
  const tokens = tokenizer.encode('Chaka, the king.');
  const words = wordsOf(tokens, tokenizer);
  expect(words.map(({ firstToken, endToken }) => tokenizer.decode(tokens.slice(firstToken, endToken)))).toEqual([
    ' Chaka',
    ' the',
    ' king',
  ]);
  expect(words).toHaveLength(3);
});
