import type { BiasPhrase, RecognisedWord } from '../speech-engine.js';

interface Display {
  /** Words as compared: in lower case. */
  readonly heard: readonly string[];
  readonly written: readonly string[];
}

/**
 * Phrases as the customer wants to see them: words that are a phrase, or sound like one, are replaced by how it is displayed, the longest
 * phrase first. A phrase in lower case leaves the capital of a sentence's first word.
 */
export function displayPhrases(
  words: readonly RecognisedWord[],
  phrases: readonly BiasPhrase[],
): readonly RecognisedWord[] {
  const displays = phrases.flatMap(displaysOf).sort((a, b) => b.heard.length - a.heard.length);
  if (displays.length === 0) return words;
  const shown: RecognisedWord[] = [];
  for (let at = 0; at < words.length;) {
    const found = displays.find(({ heard }) => isAt(words, at, heard));
    if (found) shown.push(...rewritten(words.slice(at, at + found.heard.length), found.written));
    else shown.push(words[at]!);
    at += found?.heard.length ?? 1;
  }
  return shown;
}

function displaysOf({ text, soundsLike = [], displayAs }: BiasPhrase): Display[] {
  const written = wordsIn(displayAs ?? text);
  const isPlain = displayAs === undefined && text === text.toLowerCase();
  const spoken = isPlain ? soundsLike : [text, ...soundsLike];
  return spoken
    .map((each) => ({ heard: wordsIn(each.toLowerCase()), written }))
    .filter(({ heard }) => heard.length > 0);
}

const wordsIn = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');

/** Signs between the words of a phrase part it: `Los. Angeles` is not one. */
const isAt = (words: readonly RecognisedWord[], at: number, heard: readonly string[]): boolean =>
  heard.every((word, i) => {
    const found = words[at + i];
    return found?.text.toLowerCase() === word && (i === heard.length - 1 || found.punctuation === undefined);
  });

/** The words with other texts; where their number differs, the time is shared by length. */
function rewritten(words: readonly RecognisedWord[], written: readonly string[]): RecognisedWord[] {
  if (written.length === words.length) return words.map((word, i) => ({ ...word, text: written[i]! }));
  const { startMs } = words[0]!;
  const { endMs, punctuation } = words.at(-1)!;
  const probability = Math.min(...words.map((word) => word.probability));
  const nLetters = written.join('').length;
  let before = 0;
  return written.map((text, i) => {
    const from = startMs + ((endMs - startMs) * before) / nLetters;
    before += text.length;
    const to = startMs + ((endMs - startMs) * before) / nLetters;
    const isLast = i === written.length - 1;
    return {
      text,
      ...(isLast && punctuation !== undefined && { punctuation }),
      startMs: Math.round(from),
      endMs: Math.round(to),
      probability,
    };
  });
}
