import { expect, it } from 'vitest';
import type { RecognisedWord } from '../speech-engine.js';
import { displayPhrases } from './display-phrases.js';

const words = (text: string): RecognisedWord[] =>
  text.split(' ').map((written, i) => {
    const [, word = '', punctuation = ''] = /^(.*?)([,.]?)$/.exec(written) ?? [];
    const times = { startMs: 100 * i, endMs: 100 * i + 80, probability: 0.9 - 0.1 * i };
    return { text: word, ...(punctuation !== '' && { punctuation }), ...times };
  });

it('writes what was heard as it is displayed, in the time of its words', () => {
  const shown = displayPhrases(words('in los angeles, now'), [{ text: 'Los Angeles', displayAs: 'L.A.' }]);
  expect(shown.map(({ text }) => text)).toEqual(['in', 'L.A.', 'now']);
  expect(shown[1]).toMatchObject({ punctuation: ',', startMs: 100, endMs: 280 });
  expect(shown[1]?.probability).toBeCloseTo(0.7, 10);
});

it('writes what sounds like a phrase as the phrase', () => {
  const shown = displayPhrases(words('F B I agents'), [{ text: 'FBI', soundsLike: ['F B I'] }]);
  expect(shown.map(({ text }) => text)).toEqual(['FBI', 'agents']);
});

it('keeps the capital of a word whose phrase is in lower case, and takes over others', () => {
  const phrases = [{ text: 'apple' }, { text: 'McIntosh' }];
  expect(displayPhrases(words('Apple mcintosh'), phrases).map(({ text }) => text)).toEqual(['Apple', 'McIntosh']);
});

it('shares the time by length where more words are displayed', () => {
  const shown = displayPhrases(words('NYC'), [{ text: 'NYC', displayAs: 'New York City' }]);
  expect(shown.map(({ text, startMs, endMs }) => [text, startMs, endMs])).toEqual([
    ['New', 0, 22],
    ['York', 22, 51],
    ['City', 51, 80],
  ]);
});

it('does not take words for a phrase that a sign parts', () => {
  const parted = words('los. angeles');
  expect(displayPhrases(parted, [{ text: 'Los Angeles', displayAs: 'L.A.' }])).toEqual(parted);
});
