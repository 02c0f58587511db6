/**
 * Characters that vocabularies and filters may hold, by primary language subtag. Source: AWS's developer guide, "Character sets for
 * custom vocabularies and vocabulary filters" (the edition of 2023-05), whose code points these are; two that are misprinted there in
 * Spanish (ó, ñ) are put right. The hyphen parts words everywhere, also where a table leaves it out. Wider than AWS's: Chinese and
 * Japanese take all of their scripts instead of lists of some thousand characters, and languages that the guide has no table for take
 * every letter.
 */
const latin = "a-zA-Z'.\\-";

const sets: Readonly<Record<string, string>> = {
  af: 'a-z.\\-\u00e1\u00e8-\u00eb\u00ed-\u00ef\u00f3\u00f4\u00f6\u00fa-\u00fc',
  ar: '\\-\u0621-\u063a\u0641-\u064a',
  da: 'a-zA-Z.\\-\u00c5\u00c6\u00d8\u00e5\u00e6\u00e9\u00f8',
  de: `${latin}\u00c4\u00d6\u00dc\u00df\u00e4\u00f6\u00fc`,
  en: latin,
  es: `${latin}\u00c1\u00c9\u00cd\u00d1\u00d3\u00da\u00e1\u00e9\u00ed\u00f1\u00f3\u00fa\u00fc`,
  fa: '\\-\u0621-\u0624\u0626-\u0628\u062a-\u063a\u0641\u0642\u0644-\u0648\u064e-\u0651\u067e\u0686\u0698\u06a9\u06af\u06cc',
  fr: `${latin}\u00c0\u00c2\u00c7-\u00cb\u00ce\u00cf\u00d4\u00d6\u00d9\u00db\u00dc\u00e0\u00e2\u00e7-\u00eb\u00ee\u00ef\u00f4\u00f6\u00f9\u00fb\u00fc`,
  he: '\\-\u05d0-\u05ea',
  hi: '.\\-\u0901-\u0903\u0905-\u090b\u090f-\u0911\u0913-\u0928\u092a-\u0930\u0932\u0935-\u0939\u093e-\u0943\u0945\u0947-\u0949\u094b-\u094d\u095b-\u095d',
  id: latin,
  it: `${latin}\u00c0\u00c4\u00c7-\u00cc\u00d2\u00d9\u00dc\u00e0\u00e4\u00e7-\u00ec\u00f2\u00f9\u00fc`,
  ja: "\\-'\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\uff21-\uff3a",
  ko: '\\-\uac00-\ud7a3',
  ms: latin,
  nl: `${latin}\u00e0-\u00e2\u00e4\u00e7-\u00ef\u00f1-\u00f4\u00f6\u00f9-\u00fc`,
  pt: `${latin}\u00c0-\u00c4\u00c7-\u00cb\u00cd\u00d1\u00d3-\u00d6\u00da\u00dc\u00e0-\u00e4\u00e7-\u00eb\u00ed\u00f1\u00f3-\u00f6\u00fa\u00fc`,
  ru: "'.\\-\u0430-\u044f\u0451",
  sv: `${latin}\u00c4\u00c5\u00d6\u00e4\u00e5\u00f6`,
  ta: '\\-\u0b83\u0b85-\u0b8a\u0b8e-\u0b90\u0b92-\u0b95\u0b99\u0b9a\u0b9c\u0b9e\u0b9f\u0ba3\u0ba4\u0ba8-\u0baa\u0bae-\u0bb9\u0bbe-\u0bc2\u0bc6-\u0bc8\u0bca-\u0bcd',
  te: '\\-\u0c01-\u0c03\u0c05-\u0c0c\u0c0e-\u0c10\u0c12-\u0c28\u0c2a-\u0c33\u0c35-\u0c39\u0c3e-\u0c44\u0c47\u0c48\u0c4a-\u0c4d',
  th: '.\\-\u0e01-\u0e32\u0e34-\u0e3a\u0e40-\u0e4d',
  tr: `${latin}\u00c7\u00d6\u00dc\u00e2\u00e4\u00e7-\u00ea\u00ed\u00ee\u00f3\u00f6\u00fb\u00fc\u011e\u011f\u0130\u0131\u015e\u015f\u0161\u017e`,
  vi: `${latin}&;_\u00c0-\u00c3\u00c8-\u00ca\u00cc\u00cd\u00d2-\u00d5\u00d9\u00da\u00dd\u00e0-\u00e3\u00e8-\u00ea\u00ec\u00ed\u00f2-\u00f5\u00f9\u00fa\u00fd\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9`,
  zh: '\\-\\p{scx=Han}\\p{scx=Bopo}\u02c7\u02ca\u02cb',
};

const anyLetters = "'.\\-\\p{L}\\p{M}";
/** Japanese pronunciations are in lower-case romaji, those of Chinese in pinyin or zhuyin syllables with tones as digits. */
const soundSets: Readonly<Record<string, string>> = {
  ja: 'a-km-pr-wy-z\\-',
  zh: 'a-z1-4\u00fc\\-\\p{scx=Bopo}\u02c7\u02ca\u02cb\u02d9',
};

/**
 * The first character that a language does not allow, or undefined.
 * @param languageCode BCP 47 tag: `en-US`
 */
export const unsupportedIn = (text: string, languageCode: string): string | undefined =>
  firstOutside(text, setFor(sets, languageCode) ?? anyLetters);

/** The same for how a phrase sounds. */
export const unsupportedSoundIn = (text: string, languageCode: string): string | undefined =>
  firstOutside(text, setFor(soundSets, languageCode) ?? setFor(sets, languageCode) ?? anyLetters);

const setFor = (from: Readonly<Record<string, string>>, languageCode: string): string | undefined =>
  from[languageCode.split('-')[0]!.toLowerCase()];

const firstOutside = (text: string, set: string): string | undefined => new RegExp(`[^${set}]`, 'u').exec(text)?.[0];
