import { Rng } from '@lantern/core-ml';
import { describe, expect, it } from 'vitest';
import { logProbabilityOf } from '../../recognition/bias/word-model-bias.js';
import { fromArpa, toArpa } from './arpa.js';
import { trainNGramModel } from './kneser-ney.js';
import { perplexity } from './perplexity.js';
import { sentencesOf } from './sentences.js';

/** Sentences of 60 words with habits: after each word mostly its neighbours. */
function chatter(nSentences: number, seed: number): string[][] {
  const rng = new Rng(seed);
  return Array.from({ length: nSentences }, () => {
    let word = Math.floor(rng.float() ** 2 * 60);
    return Array.from({ length: 3 + Math.floor(rng.float() * 10) }, () => {
      word = rng.float() < 0.8 ? (word + 1 + Math.floor(rng.float() ** 2 * 4)) % 60 : Math.floor(rng.float() ** 2 * 60);
      return `w${word}`;
    });
  });
}

describe('trainNGramModel', () => {
  it('gives what is worked out by hand for two words', () => {
    // "a" once, "a b" once: bigrams <s>a 2, a</s> 1, ab 1, b</s> 1; continuations a 1, b 1, </s> 2. Discounts of counts
    // of 1: bigrams 1 - 2 * 3/5 * 1/3 = 0.6, unigrams 1 - 2 * 2/4 * 1/2 = 0.5; of 2 a half, as nothing was counted 3 times.
    const model = trainNGramModel([['a'], ['a', 'b']], { order: 2 });
    const p = (history: string[], word: string) => Math.exp(logProbabilityOf(model, history, word));
    // Unigrams: 4 contexts, of which 1.5 are freed and shared by a, b, </s> and the unknown.
    const shared = 1.5 / 4 / 4;
    const unigramB = 0.5 / 4 + shared;
    expect(p([], 'b')).toBeCloseTo(unigramB, 12);
    expect(p([], 'anything')).toBeCloseTo(shared, 12);
    expect(p(['a'], 'b')).toBeCloseTo(0.4 / 2 + (1.2 / 2) * unigramB, 12);
    expect(p(['a'], 'anything')).toBeCloseTo((1.2 / 2) * shared, 12);
    expect(p(['<s>'], 'b')).toBeCloseTo((0.5 / 2) * unigramB, 12);
  });

  it.each([1, 2, 3, 4])('adds up to one after any history, seen or not (order %i)', (order) => {
    const model = trainNGramModel(chatter(400, 7), { order });
    const words = [...model.logProbabilities.keys()].filter((key) => !key.includes(' '));
    expect(words).toHaveLength(61);
    for (const history of [
      [],
      ['<s>'],
      ['w3'],
      ['w3', 'w5'],
      ['w50', 'w2', 'w3'],
      ['never', 'w1'],
      ['<s>', 'w1', 'w2'],
    ]) {
      const all = [...words, 'unseen'].map((word) => Math.exp(logProbabilityOf(model, history, word)));
      expect(all.reduce((sum, value) => sum + value)).toBeCloseTo(1, 9);
      expect(Math.min(...all)).toBeGreaterThan(0);
    }
  });

  it('expects text of the same habits more than other text, and loses little by histories longer than the habits', () => {
    const held = chatter(200, 2);
    const of = (order: number) => perplexity(trainNGramModel(chatter(3_000, 1), { order }), held);
    expect(of(2)).toBeLessThan(of(1) / 2);
    expect(of(3)).toBeLessThan(of(2) * 1.1);
    const shuffled = held.map((sentence) => sentence.toReversed());
    expect(perplexity(trainNGramModel(chatter(3_000, 1)), shuffled)).toBeGreaterThan(of(3) * 1.5);
  });

  it('is the same for the same text, and has another digest for another text or order', () => {
    const digests = [
      trainNGramModel(chatter(20, 1)),
      trainNGramModel(chatter(20, 2)),
      trainNGramModel(chatter(20, 1), { order: 2 }),
    ].map(({ digest }) => digest);
    expect(trainNGramModel(chatter(20, 1)).digest).toBe(digests[0]);
    expect(new Set(digests).size).toBe(3);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('refuses no text and orders out of range', () => {
    expect(() => trainNGramModel([])).toThrow(/no text/u);
    expect(() => trainNGramModel([['a']], { order: 0 })).toThrow(RangeError);
    expect(() => trainNGramModel([['a']], { order: 6 })).toThrow(RangeError);
  });
});

describe('ARPA files', () => {
  const model = trainNGramModel(chatter(100, 3));

  it('bring the model back', () => {
    const read = fromArpa(toArpa(model));
    expect([read.digest, read.order]).toEqual([model.digest, 3]);
    expect([...read.logProbabilities.keys()].sort()).toEqual([...model.logProbabilities.keys()].sort());
    expect([...read.backOffs.keys()].sort()).toEqual([...model.backOffs.keys()].sort());
    for (const [key, value] of model.logProbabilities) expect(read.logProbabilities.get(key)).toBeCloseTo(value, 7);
    for (const [key, value] of model.backOffs) expect(read.backOffs.get(key)).toBeCloseTo(value, 7);
    expect(read.unknownLogProbability).toBeCloseTo(model.unknownLogProbability, 7);
  });

  it('count what they hold, as other readers check', () => {
    const lines = [...toArpa(model)];
    for (const length of [1, 2, 3]) {
      const from = lines.indexOf(`\\${length}-grams:`) + 1;
      const nLines = lines.indexOf('', from) - from;
      expect(lines).toContain(`ngram ${length}=${nLines}`);
    }
  });

  it('are refused where they are none', () => {
    expect(() => fromArpa(['hello'])).toThrow(SyntaxError);
  });
});

describe('sentencesOf', () => {
  it('takes lines and ends of sentences apart, and signs off words', () => {
    expect([...sentencesOf("The U.S. isn't far. \u201cReally?\u201d Yes!\n\nNext line, 3.5 km \u2014 done")]).toEqual([
      ['the', 'u.s'],
      ["isn't", 'far'],
      ['really'],
      ['yes'],
      ['next', 'line', '3.5', 'km', 'done'],
    ]);
  });
});
