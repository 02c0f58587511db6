import { numberWords, ordinalWords } from './number-words.js';

/**
 * Rules by which texts are made comparable before words are counted, as is usual for published error rates: without case and
 * punctuation, hyphens as spaces, numbers and common short forms in words, apostrophes within words kept.
 */
export function normaliseText(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[‘’ʼ`´]/g, "'")
    // 1,000 is one number; 11,12 are two.
    .replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replaceAll(/[$£€](\d+(?:\.\d+)?)/g, (sign, amount: string) => `${amount} ${currencies[sign[0] ?? ''] ?? ''}`)
    .replaceAll('%', ' percent ')
    .replaceAll('&', ' and ')
    .replaceAll(/\b(\d+)(st|nd|rd|th)\b/g, (_, digits: string) => ` ${ordinalWords(Number(digits))} `)
    .replaceAll(/\d+(?:\.\d+)?/g, (digits) => ` ${spoken(digits)} `)
    .replaceAll(/[^\p{L}\p{N}\p{M}' ]/gu, ' ');
  return plain
    .split(' ')
    .map((word) => word.replaceAll(/^'+|'+$/g, ''))
    .filter((word) => word !== '')
    .flatMap((word) => shortForms.get(word)?.split(' ') ?? [word]);
}

const currencies: Readonly<Record<string, string>> = { $: 'dollars', '£': 'pounds', '€': 'euros' };

/** What is written short and spoken in full, and spellings that differ between countries alone. */
const shortForms = new Map([
  ['mr', 'mister'],
  ['mrs', 'missus'],
  ['dr', 'doctor'],
  ['st', 'saint'],
  ['vs', 'versus'],
  ['etc', 'et cetera'],
  ['ok', 'okay'],
  ['colour', 'color'],
  ['favour', 'favor'],
  ['honour', 'honor'],
  ['labour', 'labor'],
  ['neighbour', 'neighbor'],
  ['grey', 'gray'],
  ['towards', 'toward'],
  ['travelling', 'traveling'],
]);

function spoken(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  // Longer ones are codes and telephone numbers, said digit by digit.
  const words = whole.length > 9 || /^0\d/.test(whole) ? digitByDigit(whole) : numberWords(Number(whole));
  return fraction === undefined ? words : `${words} point ${digitByDigit(fraction)}`;
}

const digitByDigit = (digits: string): string => [...digits].map((digit) => numberWords(Number(digit))).join(' ');
