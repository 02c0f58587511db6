import { mapReadings, type Transcript, type TranscriptWord } from './transcript.js';

export type VocabularyFilterMethod = 'mask' | 'remove' | 'tag';

/** What a masked word is replaced by. */
export const mask = '***';

/**
 * The transcript without the words of a filter, or with marks on them: whole words only, in any case, in every reading. Under `tag` each
 * word tells whether it matched. Punctuation after a word that is removed goes to the word before it, unless that has its own.
 * Source: AWS's developer guide, "Using custom vocabulary filters to delete, mask, or flag words" (read 2026-11).
 */
export function filterVocabulary(
  transcript: Transcript,
  filterWords: readonly string[],
  method: VocabularyFilterMethod,
): Transcript {
  const wanted = new Set(filterWords.map(comparable));
  return mapReadings(transcript, (words) => filterWordsOf(words, wanted, method));
}

/** The same for words that are not yet a transcript, such as those of a stream. */
export function filterWordsOf(
  words: readonly TranscriptWord[],
  wanted: ReadonlySet<string>,
  method: VocabularyFilterMethod,
): readonly TranscriptWord[] {
  const isMatch = (word: TranscriptWord) => wanted.has(comparable(word.text));
  switch (method) {
    case 'tag':
      return words.map((word) => ({ ...word, isFilterMatch: isMatch(word) }));
    case 'mask':
      return words.map((word) => (isMatch(word) ? { ...word, text: mask } : word));
    case 'remove':
      return words.reduce<readonly TranscriptWord[]>(
        (kept, word) => (isMatch(word) ? passedOn(kept, word.punctuation) : [...kept, word]),
        [],
      );
    default:
      throw new RangeError(`no method for vocabulary filters: ${String(method satisfies never)}`);
  }
}

/** How words are compared: composed, in lower case. */
export const comparable = (word: string): string => word.normalize('NFC').toLowerCase();

function passedOn(kept: readonly TranscriptWord[], punctuation: string | undefined): readonly TranscriptWord[] {
  const last = kept.at(-1);
  if (!last || punctuation === undefined || last.punctuation !== undefined) return kept;
  return [...kept.slice(0, -1), { ...last, punctuation }];
}
