import llama from 'llama-tokenizer-js';

/** U+2581, which stands for a space in the vocabulary. */
const spaceMark = '\u2581';
const byteToken = /^<0x([0-9A-F]{2})>$/;
/** Unknown, begin and end: they have no text. */
const nSpecials = 3;

/** The sub-word vocabulary of Llama, which Moonshine writes in; tokens for single bytes carry what it has no token for. */
export class LlamaTokenizer {
  /** Tokens from here on have no text. */
  readonly nTokens = llama.vocabById.length;

  /**
   * Tokens of a text that stands at the beginning of a text or after a space.
   * @returns no tokens for an empty text
   */
  encode(text: string): number[] {
    return llama.encode(text, false, true);
  }

  /** The text of tokens, as it follows what is before it: it begins with a space where a word begins. */
  decode(tokens: readonly number[]): string {
    return new TextDecoder()
      .decode(Buffer.concat(tokens.map((token) => this.bytesOf(token))))
      .replaceAll(spaceMark, ' ');
  }

  /** UTF-8 bytes of a token; part of a character where it is a token for a byte; none for a token without text. */
  bytesOf(token: number): Buffer {
    const text = token < nSpecials ? undefined : llama.vocabById[token];
    if (text === undefined) return Buffer.alloc(0);
    const byte = byteToken.exec(text)?.[1];
    return byte === undefined ? Buffer.from(text) : Buffer.of(Number.parseInt(byte, 16));
  }

  /** The text of one token; empty where it is a part of a character. */
  textOf(token: number): string {
    const bytes = this.bytesOf(token);
    const isPart = bytes.length === 1 && bytes[0]! >= 0x80;
    return isPart ? '' : bytes.toString('utf8').replaceAll(spaceMark, ' ');
  }
}
