import type { BiasPhrase } from '../recognition/speech-engine.js';
import { unsupportedIn, unsupportedSoundIn } from './character-sets.js';
import { refusedTerms, VocabularyError } from './vocabulary-error.js';

/** Characters of an entry, hyphens counted. AWS's developer guide, "Custom vocabularies" (read 2026-11). */
const maxCharacters = 256;

const acronym = /^(?:\p{L}\.)+$/u;
const unfinishedAcronym = /^(?:\p{L}\.)+\p{L}$/u;

/** A phrase as a customer wrote it, its words joined by hyphens. */
export interface WrittenPhrase {
  readonly phrase: string;
  readonly soundsLike?: string;
  readonly displayAs?: string;
  /** Where it stands, for errors: `line 3`. */
  readonly place: string;
}

/**
 * A phrase for the recogniser. `Los-Angeles` is heard and written as `Los Angeles`. Of an acronym, `A.B.C.-s`, also `ABCs` and `A B C s`
 * are listened for. Rules: AWS's developer guide, "Creating a custom vocabulary using a table" and "... using a list" (read 2026-11).
 * AWS itself has stopped to listen to `SoundsLike`; here it has its effect.
 * @throws VocabularyError for a phrase that breaks the rules
 */
export function toBiasPhrase(written: WrittenPhrase, languageCode: string): BiasPhrase {
  const { phrase, soundsLike = '', displayAs = '', place } = written;
  checkTerm(phrase, unsupportedIn(phrase, languageCode), `the phrase in ${place}`);
  if (soundsLike !== '') {
    checkTerm(soundsLike, unsupportedSoundIn(soundsLike, languageCode), `SoundsLike in ${place}`);
  }
  if (displayAs.length > maxCharacters) refuse(`DisplayAs in ${place} is longer than ${maxCharacters} characters`);
  const parts = phrase.split('-');
  const text = parts.join(' ');
  const sounds = new Set([...spellingsOf(parts), ...(soundsLike === '' ? [] : [soundsLike.split('-').join(' ')])]);
  sounds.delete(text);
  return {
    text,
    ...(sounds.size > 0 && { soundsLike: [...sounds] }),
    ...(displayAs !== '' && { displayAs }),
  };
}

/** How a phrase with letters spoken one by one may also be written. */
function spellingsOf(parts: readonly string[]): string[] {
  if (!parts.some((part) => acronym.test(part))) return [];
  const letters = (part: string, between: string) =>
    acronym.test(part) ? part.split('.').slice(0, -1).join(between) : part;
  const joined = parts.map((part, i) => {
    const isPlural = part === 's' && acronym.test(parts[i - 1] ?? '');
    return (isPlural || i === 0 ? '' : ' ') + letters(part, '');
  });
  return [joined.join(''), parts.map((part) => letters(part, ' ')).join(' ')];
}

function checkTerm(term: string, unsupported: string | undefined, what: string): void {
  if (term === '') refuse(`${what} is empty`);
  if (term.length > maxCharacters) refuse(`${what} is longer than ${maxCharacters} characters`);
  if (unsupported !== undefined) {
    const codePoint = unsupported.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    refuse(`${what} has the character "${unsupported}" (U+${codePoint}), which its language does not allow`);
  }
  const parts = term.split('-');
  if (parts.includes('')) refuse(`${what} has a hyphen that joins no words`);
  const unfinished = parts.find((part) => unfinishedAcronym.test(part));
  if (unfinished !== undefined) refuse(`${what} has the acronym ${unfinished} without its last period`);
}

function refuse(detail: string): never {
  throw new VocabularyError(refusedTerms, detail);
}
