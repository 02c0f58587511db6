import { describe, expect, it } from 'vitest';
import { LlamaTokenizer } from './llama-tokenizer.js';

const tokenizer = new LlamaTokenizer();

describe('LlamaTokenizer', () => {
  it('gives the tokens that the vocabulary is known to give', () => {
    // From the tokenizer's published examples.
    expect(tokenizer.encode('grabbed')).toEqual([2646, 1327, 287]);
    expect(tokenizer.encode('')).toEqual([]);
  });

  it.each(['Hello there, world!', 'na\u00efve caf\u00e9', 'e\u0301', '\u{1f600} smile', '12:30 p.m.', '\u732b'])(
    'writes %j and reads it again',
    (text) => expect(tokenizer.decode(tokenizer.encode(text))).toBe(` ${text}`),
  );

  it('puts a character together out of tokens for its bytes', () => {
    const tokens = tokenizer.encode('\u{1f9ff}');
    // A space, then the four bytes F0 9F A7 BF; tokens for bytes begin at 3.
    expect(tokens.slice(1)).toEqual([0xf0 + 3, 0x9f + 3, 0xa7 + 3, 0xbf + 3]);
    expect(tokenizer.decode(tokens)).toBe(' \u{1f9ff}');
    expect(tokenizer.textOf(0xf0 + 3)).toBe('');
  });

  it('writes nothing for begin, end and tokens outside of the vocabulary', () => {
    expect(tokenizer.decode([1, 2, 32_700])).toBe('');
    expect(tokenizer.nTokens).toBe(32_000);
  });
});
