import type { LlamaTokenizer } from './llama-tokenizer.js';

/** What a token looks like. */
export interface TokenLook {
  /** With a space before where a word begins. */
  readonly text: string;
  readonly beginsWord: boolean;
  readonly isPunctuation: boolean;
  readonly isDigit: boolean;
}

/** The looks of tokens, worked out once each. */
export class TokenShapes {
  private readonly known = new Map<number, TokenLook>();

  constructor(private readonly tokenizer: LlamaTokenizer) {}

  of(token: number): TokenLook {
    let look = this.known.get(token);
    if (!look) this.known.set(token, (look = this.look(token)));
    return look;
  }

  private look(token: number): TokenLook {
    const text = this.tokenizer.textOf(token);
    return {
      text,
      beginsWord: text.startsWith(' '),
      isPunctuation: /^[^\p{L}\p{N}\s'\u2019-]+$/u.test(text),
      isDigit: /^\p{N}$/u.test(text),
    };
  }
}
