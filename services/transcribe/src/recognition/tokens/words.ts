import type { LlamaTokenizer } from './llama-tokenizer.js';

/** A written word and the tokens that it is made of. */
export interface TokenisedWord {
  readonly text: string;
  readonly punctuation?: string;
  /** Index of the first of its tokens. */
  readonly firstToken: number;
  /** Index after the last of its tokens that writes any of `text`; tokens of punctuation alone come after it. */
  readonly endToken: number;
}

/** Signs that end a clause or a sentence: an item of their own in a transcript. */
const trailing = /[,.?!;:\u2026]+["'\u201d\u2019)\]]*$/u;
const leading = /^["'\u201c\u2018([\u2014\u2013-]+/u;
const wrapping = /["\u201d)\]\u2014\u2013-]+$/u;
const isSpoken = /[\p{L}\p{N}$%&@#+\u20ac\u00a3\u00b0=/]/u;
/** Points inside and after letters belong to the word: `U.S.`, `p.m.`. */
const initials = /^(?:\p{L}\.){2,}$/u;

/**
 * Cuts a text into words at its spaces and takes punctuation off them. What has no letter or digit is no word: it is added to the
 * punctuation of the word before, or dropped where there is none.
 */
export function wordsOf(tokens: readonly number[], tokenizer: LlamaTokenizer): readonly TokenisedWord[] {
  const words: TokenisedWord[] = [];
  for (const [first, end] of groupsOf(tokens, tokenizer)) {
    const written = tokenizer.decode(tokens.slice(first, end)).trim();
    const { text, punctuation } = splitPunctuation(written);
    if (isSpoken.test(text)) {
      const endToken = first + nTokensFor(tokens.slice(first, end), tokenizer, written.indexOf(text) + text.length);
      words.push({ text, ...(punctuation !== '' && { punctuation }), firstToken: first, endToken });
      continue;
    }
    const last = words.pop();
    const added = (last?.punctuation ?? '') + signsOf(written);
    if (last) words.push({ ...last, ...(added !== '' && { punctuation: added }) });
  }
  return words;
}

/** A written word without what surrounds it, and the signs among that which follow it. */
export function splitPunctuation(written: string): { readonly text: string; readonly punctuation: string } {
  const bare = written.replace(leading, '').replace(wrapping, '');
  const plain = bare.replace(trailing, '');
  const after = bare.slice(plain.length);
  const withPoint = `${plain}.`;
  if (after.startsWith('.') && initials.test(withPoint))
    return { text: withPoint, punctuation: signsOf(after.slice(1)) };
  return { text: plain.replace(wrapping, ''), punctuation: signsOf(after) };
}

/** The signs of a text that a transcript shows, without quotation marks and brackets. */
const signsOf = (text: string): string => text.replace(/[^,.?!;:\u2026]/gu, '');

/** Begin and end of each stretch of tokens without a space inside. */
function groupsOf(tokens: readonly number[], tokenizer: LlamaTokenizer): [number, number][] {
  const groups: [number, number][] = [];
  tokens.forEach((token, index) => {
    const last = groups.at(-1);
    if (!last || /^\s/u.test(tokenizer.textOf(token))) groups.push([index, index + 1]);
    else last[1] = index + 1;
  });
  return groups;
}

/** How many tokens it takes to write so many UTF-16 units, the space before them aside. */
function nTokensFor(tokens: readonly number[], tokenizer: LlamaTokenizer, nUnits: number): number {
  for (let n = 1; n < tokens.length; n++)
    if (tokenizer.decode(tokens.slice(0, n)).trimStart().length >= nUnits) return n;
  return tokens.length;
}
