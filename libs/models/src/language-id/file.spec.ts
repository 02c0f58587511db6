import { describe, expect, it } from 'vitest';
import { wordFeatures } from './features.js';
import { readLanguageModel, writeLanguageModel, type LanguageModel } from './file.js';
import { LanguageIdentifier } from './identify.js';

/** Two languages told apart by one word each: "aa" is feature 0, "bb" is feature 1 (in the order of their cells). */
function tinyModel(): LanguageModel {
  const settings = { maxGram: 2, maxWordUnits: 10, cellBits: 20 };
  const cellOf = (word: string): number => {
    const hashes: number[] = [];
    wordFeatures(word, settings, (hash) => hashes.push(hash & ((1 << settings.cellBits) - 1)));
    // "<a", "a", "aa", "a", "a>" and the block: the third is the n-gram "aa".
    return hashes[2] ?? 0;
  };
  const named = [
    { language: 'xa', cell: cellOf('aa') },
    { language: 'xb', cell: cellOf('bb') },
  ].sort((a, b) => a.cell - b.cell);
  const centroids = new Float32Array(256 * 2);
  centroids.set([4, 0, 0, 4]);
  return {
    ...settings,
    languages: named.map(({ language }) => language),
    dim: 2,
    subDim: 2,
    temperature: 1,
    cells: Int32Array.from(named, ({ cell }) => cell),
    codes: Uint8Array.of(0, 1),
    centroids,
    output: Float32Array.of(1, 0, 0, 1),
    bias: Float32Array.of(0, 0),
  };
}

describe('a language-id model file', () => {
  it('reads back what was written', () => {
    expect(readLanguageModel(writeLanguageModel(tinyModel()))).toEqual(tinyModel());
  });

  it('refuses a file that is cut off, and one that is something else', () => {
    const file = writeLanguageModel(tinyModel());
    expect(() => readLanguageModel(file.subarray(0, file.length - 1))).toThrow('cut off');
    expect(() => readLanguageModel(new Uint8Array(20))).toThrow('not a language-id model');
  });
});

describe('LanguageIdentifier', () => {
  const identifier = new LanguageIdentifier(tinyModel());

  it('gives e⁴/(e⁴+1) to a text of one known word', () => {
    const [first, second] = identifier.identify('AA');
    expect(first?.language).toBe('xa');
    expect(first?.probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 1), 6);
    expect(second?.language).toBe('xb');
  });

  it('shares out a text of two passages by their lengths', () => {
    const passage = (word: string) => `${`${word} `.repeat(40)}. `;
    const found = identifier.identify(passage('aa') + passage('bb'));
    expect(found.map(({ probability }) => probability)).toEqual([expect.closeTo(0.5, 5), expect.closeTo(0.5, 5)]);
  });

  it('gives nothing for a text without letters', () => {
    expect(identifier.identify(' 12 🙂 ')).toEqual([]);
  });

  it('leaves out what is below the least probability', () => {
    expect(identifier.identify('bb', 0.5).map(({ language }) => language)).toEqual(['xb']);
  });
});
