import type { BiasPhrase } from '../recognition/speech-engine.js';
import { toBiasPhrase, type WrittenPhrase } from './phrases.js';
import { maxFileBytes, refusedTerms, VocabularyError } from './vocabulary-error.js';

const columns = ['Phrase', 'SoundsLike', 'IPA', 'DisplayAs'] as const;
type Column = (typeof columns)[number];

/**
 * The phrases of a request, `["Los-Angeles", "CLI"]`.
 * @throws VocabularyError
 */
export function parsePhrases(phrases: readonly string[], languageCode: string): readonly BiasPhrase[] {
  checkSize(phrases.join('\n'));
  if (phrases.length === 0) refuse('there are no phrases');
  return phrases.map((phrase, i) => toBiasPhrase({ phrase, place: `entry ${i + 1}` }, languageCode));
}

/**
 * The phrases of a vocabulary file: a table with the columns Phrase, SoundsLike, IPA and DisplayAs, or a list with commas or lines between
 * its entries. Rules: AWS's developer guide, "Creating a custom vocabulary using a table" and "... using a list" (read 2026-11). IPA has
 * no effect, as on AWS; it is only refused beside SoundsLike.
 * @throws VocabularyError
 */
export function parseVocabularyFile(content: string, languageCode: string): readonly BiasPhrase[] {
  checkSize(content);
  const text = content.replace(/^\ufeff/u, '');
  if (text.includes('\r')) refuse('lines end in CR or CRLF, they must end in LF');
  const [header = '', ...rows] = text.replace(/\n+$/u, '').split('\n');
  const names = header.split('\t').map((name) => name.trim());
  if (!names.includes('Phrase'))
    return parsePhrases(
      text.split(/[,\n]/u).filter((entry) => entry !== ''),
      languageCode,
    );
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0 || names.length !== columns.length) {
    refuse(`the header must have the columns ${columns.join(', ')} with tabs between them`);
  }
  const phrases = rows.map((row, i) => phraseOf(row, names, `line ${i + 2}`));
  if (phrases.length === 0) refuse('the table has no rows');
  return phrases.map((phrase) => toBiasPhrase(phrase, languageCode));
}

function phraseOf(row: string, names: readonly string[], place: string): WrittenPhrase {
  const cells = row.split('\t');
  if (cells.length !== names.length) refuse(`${place} has ${cells.length} columns instead of ${names.length}`);
  const cell = (column: Column): string => cells[names.indexOf(column)]!;
  if (cells.some((value) => value !== value.trim())) refuse(`${place} has spaces around a value`);
  if (cell('IPA') !== '' && cell('SoundsLike') !== '') refuse(`${place} has both IPA and SoundsLike`);
  return { phrase: cell('Phrase'), soundsLike: cell('SoundsLike'), displayAs: cell('DisplayAs'), place };
}

function checkSize(content: string): void {
  if (Buffer.byteLength(content) > maxFileBytes) refuse(`it is larger than ${maxFileBytes} bytes`);
}

function refuse(detail: string): never {
  throw new VocabularyError(refusedTerms, detail);
}
