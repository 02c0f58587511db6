/** Web and mail addresses and handles say nothing about the language around them. */
const ADDRESS = /(?:https?:\/\/|www\.)\S+|\S+@\S+\.\S+|@[\p{L}\p{N}_]+/gu;
const APOSTROPHE = /[\u2018\u2019\u02bb\u02bc\u0060\u00b4]/g;
/** Tatweel stretches Arabic words, the joiner and the soft hyphen change only the rendering, U+0307 is left by lower-casing Turkish İ. */
const RENDERING_ONLY = /\u0640|\u200d|\u00ad|(?<=i)\u0307/g;
const WORD = /[\p{L}\p{M}]+'?/gu;

/**
 * Splits a text into the lower-cased words that the language identifier looks at; training and inference share it.
 * Composed (NFC); digits, punctuation, emoji and addresses are dropped. An apostrophe stays with the word on its left
 * ("l'homme" gives "l'" and "homme"). Scripts without spaces come out as runs between punctuation marks.
 */
export function languageWords(text: string): string[] {
  const folded = text
    .normalize('NFC')
    .replace(ADDRESS, ' ')
    .toLowerCase()
    .replace(APOSTROPHE, "'")
    .replace(RENDERING_ONLY, '');
  return folded.match(WORD) ?? [];
}
