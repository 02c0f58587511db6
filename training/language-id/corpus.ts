import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { languageWords } from '@lantern/models';
import { textHash, type Random } from './random.js';
import type { Row } from './sources.js';

/** Sources whose rows are dictionary words, not running text. */
const WORD_LISTS: ReadonlySet<string> = new Set(['wikipron']);
/** Written, formal prose; the other sources are short and conversational. */
const PROSE: ReadonlySet<string> = new Set(['ntrex', 'udhr', 'tico19', 'itihasa']);
/**
 * Languages so close that a difference between their sources would be learnt instead of the difference between them: each
 * gets as many rows from a source as the one that has fewest.
 */
const CLOSE: readonly (readonly string[])[] = [
  ['bs', 'hr'],
  ['id', 'ms'],
];
/** Latin text that people type without its accents. */
const WITHOUT_ACCENTS = 0.08;
const ACCENTED_LATIN = /[\u00c0-\u024f\u1e00-\u1eff]/;
/** One row in so many is kept for validation. */
const HELD_OUT = 20;
/** Scripts written without spaces: a crop of them is a few letters, not a whole run. */
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/;

/** All that is known of one language: normalised words per row. */
export interface LanguageTexts {
  readonly language: string;
  readonly prose: string[][];
  readonly talk: string[][];
  /** From word lists. */
  readonly words: string[];
}

export const nTextsOf = ({ prose, talk }: LanguageTexts): number => prose.length + talk.length;

export interface Corpus {
  readonly train: LanguageTexts[];
  readonly validation: LanguageTexts[];
}

/** Reads rows of language, source, text from a .tsv or .tsv.xz file; `xz` must be installed for the latter. */
export function* readRows(path: string): Iterable<Row> {
  if (!existsSync(path)) throw new Error(`missing ${path}`);
  const bytes = path.endsWith('.xz') ? execFileSync('xz', ['-dc', path], { maxBuffer: 1 << 30 }) : readFileSync(path);
  for (const line of bytes.toString('utf8').split('\n')) {
    const [language, source, ...text] = line.split('\t');
    if (language && source) yield { language, source, text: text.join(' ') };
  }
}

/** Normalises, drops what occurs twice in a language, and holds one text in twenty out by its hash. */
export function buildCorpus(rows: Iterable<Row>): Corpus {
  const train = new Map<string, LanguageTexts>();
  const validation = new Map<string, LanguageTexts>();
  const seen = new Set<string>();
  for (const { language, source, text } of evenClose([...rows])) {
    const words = languageWords(text);
    const key = `${language}\t${words.join(' ')}`;
    if (words.length === 0 || seen.has(key)) continue;
    seen.add(key);
    const side = textHash(key) % HELD_OUT === 0 ? validation : train;
    const texts = side.get(language) ?? { language, prose: [], talk: [], words: [] };
    side.set(language, texts);
    if (WORD_LISTS.has(source)) {
      if (words.length === 1) texts.words.push(words[0] as string);
    } else (PROSE.has(source) ? texts.prose : texts.talk).push(words);
  }
  const sorted = (side: Map<string, LanguageTexts>) =>
    [...side.values()].sort((a, b) => (a.language < b.language ? -1 : 1));
  return { train: sorted(train), validation: sorted(validation) };
}

/** Thins the rows of close languages, evenly over each source. */
function evenClose(rows: readonly Row[]): Row[] {
  const counts = new Map<string, number>();
  const keyOf = (language: string, source: string) => `${language}\t${source}`;
  for (const { language, source } of rows)
    counts.set(keyOf(language, source), (counts.get(keyOf(language, source)) ?? 0) + 1);
  const due = new Map<string, number>();
  return rows.filter(({ language, source }) => {
    const group = CLOSE.find((languages) => languages.includes(language));
    if (!group) return true;
    const key = keyOf(language, source);
    const least = Math.min(...group.map((other) => counts.get(keyOf(other, source)) ?? 0));
    const sum = (due.get(key) ?? 0) + least / (counts.get(key) ?? 1);
    due.set(key, sum >= 1 - 1e-9 ? sum - 1 : sum);
    return sum >= 1 - 1e-9;
  });
}

/** How a sample is cut from a text. */
export type Cut = 'word' | 'pair' | 'phrase' | 'text';

/**
 * Cuts a word, two words, three to six words, or the whole from a random text of a language. Prose and talk are drawn by the
 * square roots of their numbers: were it left to chance, "formal" would come to mean the language that has only prose.
 */
export function sample(from: LanguageTexts, cut: Cut, fromList: boolean, random: Random): readonly string[] {
  const words = cutFrom(from, cut, fromList, random);
  return random() < WITHOUT_ACCENTS ? words.map(withoutAccents) : words;
}

function cutFrom(
  { prose, talk, words }: LanguageTexts,
  cut: Cut,
  fromList: boolean,
  random: Random,
): readonly string[] {
  const below = (limit: number) => Math.floor(random() * limit);
  if (fromList && words.length > 0 && cut === 'word') return [words[below(words.length)] as string];
  const proseShare = Math.sqrt(prose.length) / (Math.sqrt(prose.length) + Math.sqrt(talk.length));
  const texts = random() < proseShare ? prose : talk;
  const text = texts[below(texts.length)] as string[];
  if (cut === 'text') return text;
  const size = cut === 'word' ? 1 : cut === 'pair' ? 2 : 3 + below(4);
  const first = below(text.length);
  if (UNSPACED.test(text[first] as string)) {
    const run = text[first] as string;
    const length = cut === 'word' ? 1 + below(6) : cut === 'pair' ? 2 + below(8) : 6 + below(14);
    const start = below(Math.max(1, run.length - length + 1));
    return [run.slice(start, start + length)];
  }
  const start = Math.min(first, Math.max(0, text.length - size));
  return text.slice(start, start + size);
}

function withoutAccents(word: string): string {
  return ACCENTED_LATIN.test(word) ? word.normalize('NFD').replace(/\p{Mn}/gu, '') : word;
}
