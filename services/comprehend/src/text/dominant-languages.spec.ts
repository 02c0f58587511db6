import { describe, expect, it } from 'vitest';
import { toDominantLanguages } from './dominant-languages.js';

describe('toDominantLanguages', () => {
  it('lists by falling score and drops noise', () => {
    const scores = [
      { language: 'de', probability: 0.3 },
      { language: 'en', probability: 0.66 },
      { language: 'nl', probability: 0.04 },
    ];
    expect(toDominantLanguages(scores)).toEqual([
      { LanguageCode: 'en', Score: 0.66 },
      { LanguageCode: 'de', Score: 0.3 },
    ]);
  });

  it('keeps the strongest, however weak', () => {
    expect(toDominantLanguages([{ language: 'la', probability: 0.02 }])).toEqual([{ LanguageCode: 'la', Score: 0.02 }]);
  });
});
