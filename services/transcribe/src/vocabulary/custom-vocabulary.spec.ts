import { describe, expect, it } from 'vitest';
import { parsePhrases, parseVocabularyFile } from './custom-vocabulary.js';
import { VocabularyError } from './vocabulary-error.js';

/** The table of https://docs.aws.amazon.com/transcribe/latest/dg/custom-vocabulary-create-table.html (read 2026-11). */
const table = [
  'Phrase\tSoundsLike\tIPA\tDisplayAs',
  'Los-Angeles\t\tl \u0254 s \u00e6 n \u02a4 \u0259 l \u0259 s\tLos Angeles',
  'Eva-Maria\tay-va-ma-ree-ah\t\t',
  'A.B.C.-s\tay-bee-sees\t\tABCs',
  'Amazon-dot-com\t\t\tAmazon.com',
  'C.L.I.\t\ts i \u025b l a\u026a\tCLI',
  'Dynamo-D.B.\t\t\tDynamoDB',
  'V.X.-zero-two-Q.\t\t\tVX02Q',
];

function errorOf(act: () => unknown): VocabularyError {
  try {
    act();
  } catch (error) {
    if (error instanceof VocabularyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseVocabularyFile', () => {
  it("reads AWS's example", () => {
    expect(parseVocabularyFile(`${table.join('\n')}\n`, 'en-US')).toEqual([
      { text: 'Los Angeles', displayAs: 'Los Angeles' },
      { text: 'Eva Maria', soundsLike: ['ay va ma ree ah'] },
      { text: 'A.B.C. s', soundsLike: ['ABCs', 'A B C s', 'ay bee sees'], displayAs: 'ABCs' },
      { text: 'Amazon dot com', displayAs: 'Amazon.com' },
      { text: 'C.L.I.', soundsLike: ['CLI', 'C L I'], displayAs: 'CLI' },
      { text: 'Dynamo D.B.', soundsLike: ['Dynamo DB', 'Dynamo D B'], displayAs: 'DynamoDB' },
      { text: 'V.X. zero two Q.', soundsLike: ['VX zero two Q', 'V X zero two Q'], displayAs: 'VX02Q' },
    ]);
  });

  it('takes the columns in any order', () => {
    const file = 'DisplayAs\tPhrase\tIPA\tSoundsLike\nC++\tsee-plus-plus\t\t';
    expect(parseVocabularyFile(file, 'en-US')).toEqual([{ text: 'see plus plus', displayAs: 'C++' }]);
  });

  it.each([
    ['commas', 'Los-Angeles,CLI,Eva-Maria'],
    ['lines', 'Los-Angeles\nCLI\nEva-Maria\n'],
  ])('reads a list with %s', (_, list) => {
    expect(parseVocabularyFile(list, 'en-US').map(({ text }) => text)).toEqual(['Los Angeles', 'CLI', 'Eva Maria']);
  });

  it.each([
    ['CRLF', table.join('\r\n'), /CRLF/u],
    ['spaces between columns', 'Phrase SoundsLike IPA DisplayAs\nCLI', /character " "/u],
    ['a column too few', 'Phrase\tSoundsLike\tDisplayAs\nCLI\t\t', /columns Phrase, SoundsLike, IPA, DisplayAs/u],
    ['a row too short', `${table[0]}\nCLI\t\t`, /line 2 has 3 columns/u],
    ['no phrase', `${table[0]}\n\t\t\tCLI`, /line 2 is empty/u],
    ['IPA beside SoundsLike', `${table[0]}\nCLI\tsee-el-eye\ts i\t`, /both IPA and SoundsLike/u],
    ['digits in a phrase', `${table[0]}\nVX02Q\t\t\t`, /"0" \(U\+0030\)/u],
    ['an acronym without its last period', `${table[0]}\nok\t\t\t\nC.L.I\t\t\tCLI`, /line 3 has the acronym C\.L\.I /u],
    ['a hyphen at the beginning', `${table[0]}\n-Hawn\t\t\t`, /hyphen/u],
    ['a space after a value', `${table[0]}\nCLI\t\t\tCLI `, /spaces around/u],
    ['no rows', table[0]!, /no rows/u],
    ['51 KB', `${table[0]}\n${'word\t\t\t\n'.repeat(6_600)}`, /51200 bytes/u],
  ])("refuses %s with AWS's sentence", (_, file, detail) => {
    const error = errorOf(() => parseVocabularyFile(file, 'en-US'));
    expect(error.message).toBe(
      'The vocabulary that you\u2019re trying to create contains invalid characters or incorrectly formatted terms. See the developer guide for more information.',
    );
    expect(error.detail).toMatch(detail);
  });
});

describe('parsePhrases', () => {
  it('refuses what is longer than 256 characters', () => {
    expect(parsePhrases(['x'.repeat(256)], 'en-US')).toHaveLength(1);
    expect(errorOf(() => parsePhrases(['x'.repeat(257)], 'en-US')).detail).toMatch(/entry 1 is longer/u);
  });

  it.each([
    ['en-US', "O'Hara", 'na\u00efve'],
    ['de-DE', 'Stra\u00dfe', 'Garc\u00eda'],
    ['fr-FR', 'd\u00e9j\u00e0', 'de\u0301ja\u0300'],
    ['es-US', 'ni\u00f1o-avi\u00f3n', '\u00e7a'],
    ['ru-RU', '\u043c\u043e\u0441\u043a\u0432\u0430', 'moskva'],
    ['ja-JP', '\u6771\u4eac\u30bf\u30ef\u30fc', 'tokyo'],
    ['ko-KR', '\uc11c\uc6b8', '\u3131'],
    ['zh-CN', '\u5317\u4eac', 'beijing'],
    ['hi-IN', '\u0926\u093f\u0932\u094d\u0932\u0940', 'delhi'],
    ['vi-VN', 'H\u00e0-N\u1ed9i', '\u00dfa'],
    ['kab-DZ', 'a\u1e93ar', 'a1'],
  ])('knows the characters of %s', (language, allowed, refused) => {
    expect(parsePhrases([allowed], language)).toHaveLength(1);
    expect(errorOf(() => parsePhrases([refused], language)).detail).toMatch(/does not allow/u);
  });

  it('takes romaji for how Japanese sounds', () => {
    const file = 'Phrase\tSoundsLike\tIPA\tDisplayAs\n\u6771\u4eac\ttokyo\t\t';
    expect(parseVocabularyFile(file, 'ja-JP')).toEqual([{ text: '\u6771\u4eac', soundsLike: ['tokyo'] }]);
  });
});
