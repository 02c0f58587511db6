import { describe, expect, it } from 'vitest';
import type { RecognisedWord } from '../../recognition/speech-engine.js';
import { joinReadings, someWords } from './stitch.js';

/** `a@100 b@400`: words of 200 ms. */
const words = (line: string): RecognisedWord[] =>
  line.split(' ').map((word) => {
    const [text = '', at] = word.split('@');
    return { text, startMs: Number(at), endMs: Number(at) + 200, probability: 0.5 };
  });

const seam = { overlapStartMs: 1000, cutMs: 2000, overlapEndMs: 3000 };
const join = (before: string, after: string) => {
  const { nBefore, nAfter } = joinReadings(words(before), words(after), seam);
  const texts = (some: RecognisedWord[]) => some.map(({ text }) => text);
  return [...texts(words(before).slice(0, nBefore)), ...texts(words(after).slice(nAfter))].join(' ');
};

describe('joinReadings', () => {
  it('joins at the common word nearest to the cut, and drops what the edges have torn', () => {
    expect(join('one@500 two@1100 three@1900 fou@2850', 'wo@1010 three@1950 four@2800 five@3300')).toBe(
      'one two three four five',
    );
  });

  it('joins at the cut where nothing is common', () => {
    expect(join('one@500 two@1400 sea@2600', 'too@1400 see@2600 five@3300')).toBe('one two see five');
  });

  it('takes case and signs for no difference', () => {
    expect(join('the@1500 End@1900', 'end@1920 of@2500')).toBe('the End of');
  });

  it('does not take a word that is said twice for one', () => {
    expect(join('very@1100 very@1700 very@2300', 'very@1720 very@2320 good@2900')).toBe('very very very good');
  });

  it('does not join words that are far apart in time', () => {
    expect(join('no@1050 way@1500', 'no@2500 more@3200')).toBe('no way no more');
  });

  it('leaves a reading whole where the other says nothing', () => {
    const one = words('one@500 two@1500');
    expect(joinReadings(one, [], seam)).toMatchObject({ nBefore: 2, nAfter: 0 });
    expect(joinReadings([], words('one@2500'), seam)).toMatchObject({ nBefore: 0, nAfter: 0 });
  });
});

describe('someWords', () => {
  const reading = {
    words: [{ text: 'Yes', punctuation: ',', startMs: 0, endMs: 1, probability: 0.5 }, ...words('no@100')],
    text: 'Yes, no',
    logProbability: Math.log(0.25),
  };

  it('writes what is left with its signs, and gives back what the rest had cost', () => {
    expect(someWords(reading, 0, 1)).toMatchObject({ text: 'Yes,', words: [{ text: 'Yes' }] });
    expect(someWords(reading, 0, 1).logProbability).toBeCloseTo(Math.log(0.5));
    expect(someWords(reading, 1, 1)).toMatchObject({ text: '', words: [] });
  });

  it('writes no spaces where the language has none', () => {
    const japanese = { words: words('今日@0 は@200 晴れ@400'), text: '今日は晴れ', logProbability: -1 };
    expect(someWords(japanese, 1, 3).text).toBe('は晴れ');
  });
});
