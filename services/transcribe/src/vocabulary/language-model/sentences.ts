/**
 * The sentences of a text as words for a language model: in lower case, without the signs around them, as `NGramModel` wants them.
 * A line is a sentence, or several that end in `.`, `?` or `!` before a space.
 */
export function* sentencesOf(text: string): Generator<readonly string[]> {
  for (const sentence of text.split(/\n|(?<=[.?!\u2026]["'\u201d\u2019)]*)\s+|(?<=[\u3002\uff1f\uff01])/u)) {
    const words = sentence
      .normalize('NFC')
      .toLowerCase()
      .split(/\s+/u)
      .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
      .filter((word) => word !== '');
    if (words.length > 0) yield words;
  }
}
