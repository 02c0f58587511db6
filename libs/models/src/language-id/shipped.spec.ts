import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LanguageIdentifier } from './identify.js';

const file = readFileSync(new URL('../../../../models/language-id/lantern-lid/model.bin', import.meta.url));
const identifier = LanguageIdentifier.load(file);
const first = (text: string) => identifier.identify(text)[0]?.language;

describe('the shipped language identifier', () => {
  it('is at most 3 MB and knows 100 languages or more', () => {
    expect(file.length).toBeLessThanOrEqual(3_000_000);
    expect(new Set(identifier.languages).size).toBeGreaterThanOrEqual(100);
  });

  it.each([
    ['en', 'The committee has not yet decided when the next meeting will take place.'],
    ['fr', "Il fait très beau aujourd'hui et nous allons nous promener au bord de la rivière."],
    ['de', 'Gestern Abend haben wir zusammen ein ausgezeichnetes Abendessen gekocht.'],
    ['ru', 'Сегодня утром поезд опоздал почти на полчаса из-за сильного снегопада.'],
    ['ja', '昨日は友達と一緒に新しい映画を見に行きました。'],
    ['zh', '昨天我和朋友们一起去看了一部新电影，我们都觉得很有意思。'],
    ['zh-TW', '昨天我和朋友們一起去看了一部新電影，我們都覺得很有意思。'],
    ['ko', '어제 친구들과 함께 새로 나온 영화를 보러 갔습니다.'],
    ['ar', 'ذهبت أمس مع أصدقائي إلى السينما لمشاهدة فيلم جديد.'],
    ['th', 'เมื่อวานนี้ฉันไปดูหนังเรื่องใหม่กับเพื่อนๆ'],
  ])('hears %s', (language, text) => {
    const [best] = identifier.identify(text);
    expect(best?.language).toBe(language);
    expect(best?.probability).toBeGreaterThan(0.5);
  });

  it('is not led astray by emoji, addresses and decomposed accents', () => {
    const text = 'Où étiez-vous hier soir ? Nous vous avons attendus très longtemps.';
    expect(first(`🙂🙂 ${text.normalize('NFD')} https://example.org/the-english-page`)).toBe('fr');
  });

  it('lists both languages of a text that has two', () => {
    const languages = identifier
      .identify(
        'Guten Morgen, meine Damen und Herren, und herzlich willkommen in unserer schönen Stadt. ' +
          'Good morning ladies and gentlemen, and welcome to our beautiful little town.',
      )
      .map(({ language }) => language);
    expect(languages.slice(0, 2).sort()).toEqual(['de', 'en']);
  });

  it('gives probabilities that fall and add up to no more than one', () => {
    const probabilities = identifier.identify('casa', 0).map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
  });
});
