import { describe, expect, it } from 'vitest';
import { normaliseText } from './normalise.js';
import { numberWords, ordinalWords } from './number-words.js';

const normal = (text: string) => normaliseText(text).join(' ');

describe('normaliseText', () => {
  it.each([
    ['Hello, World! How ARE you?', 'hello world how are you'],
    ['prayer-doctor, death–warrant', 'prayer doctor death warrant'],
    ["don’t ‘quote’ the dogs' bones", "don't quote the dogs bones"],
    ['on the 11th of December', 'on the eleventh of december'],
    ['in 1,342 of 20 cases', 'in one thousand three hundred forty two of twenty cases'],
    ['rooms 11,12 and 13', 'rooms eleven twelve and thirteen'],
    ['3.14 percent, 50%', 'three point one four percent fifty percent'],
    ['it cost $5', 'it cost five dollars'],
    ['agent 007 & Mr. Smith', 'agent zero zero seven and mister smith'],
    ['a colour of grey', 'a color of gray'],
    ['Ça va, señor?', 'ça va señor'],
    ['  — …', ''],
  ])('%s', (text, expected) => expect(normal(text)).toBe(expected));

  it('does not change what is normal already', () => {
    const once = normal('Twenty-one of $3.50, Dr. Who’s 2nd');
    expect(normal(once)).toBe(once);
  });
});

describe('numbers in words', () => {
  it.each([
    [0, 'zero', 'zeroth'],
    [12, 'twelve', 'twelfth'],
    [20, 'twenty', 'twentieth'],
    [21, 'twenty one', 'twenty first'],
    [305, 'three hundred five', 'three hundred fifth'],
    [1_000_000, 'one million', 'one millionth'],
  ])('%i', (value, words, ordinal) => {
    expect(numberWords(value)).toBe(words);
    expect(ordinalWords(value)).toBe(ordinal);
  });

  it('has no words for what is no whole number', () => {
    expect(() => numberWords(0.5)).toThrow(RangeError);
    expect(() => numberWords(-1)).toThrow(RangeError);
  });
});
