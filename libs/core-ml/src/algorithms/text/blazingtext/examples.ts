import { TrainingDataError } from '../../../algorithm.js';
import { LABEL_PREFIX, type Corpus } from './corpus.js';
import { FeatureSpace, type FeatureSettings } from './feature-space.js';
import { wordNgramBuckets } from './hashing.js';
import { IntList, TokenTable } from './token-table.js';

/**
 * Training lines as rows of the input matrix, in memory that threads share. A unit that is not negative is a row; a
 * negative unit ~t stands for all rows of token t, listed once in `tokenRows`.
 */
export interface Examples {
  readonly count: number;
  readonly units: Int32Array;
  readonly unitStarts: Int32Array;
  readonly tokenRows: Int32Array;
  readonly tokenRowStarts: Int32Array;
  readonly labels: Int32Array;
  readonly labelStarts: Int32Array;
}

/** Labels and words of a model, by falling count. */
export interface Dictionary {
  readonly labels: readonly string[];
  readonly labelCounts: Int32Array;
  readonly words: TokenTable;
}

const NOTHING = -1;
const UNKNOWN_LABEL = -2;

/** What a distinct token is: a label's number (or a label that training has not seen), a word's row, or neither. */
interface TokenRoles {
  readonly label: Int32Array;
  readonly word: Int32Array;
}

/**
 * Words with at least `minCount` occurrences, and all labels, each by falling count and then by first occurrence.
 * @throws TrainingDataError if no label or no word is left.
 */
export function buildDictionary(corpus: Corpus, minCount: number): Dictionary {
  const labels: number[] = [];
  const words: number[] = [];
  for (let token = 0; token < corpus.table.size; token++) {
    if (corpus.counts[token] === 0) continue;
    if (isLabel(corpus.table, token)) labels.push(token);
    else if (corpus.counts[token]! >= minCount) words.push(token);
  }
  if (labels.length === 0) throw new TrainingDataError(`No line of the train channel has a label (${LABEL_PREFIX}…).`);
  if (words.length === 0) throw new TrainingDataError(`No word occurs ${minCount} times; min_count is too high.`);
  const byCount = (a: number, b: number): number => corpus.counts[b]! - corpus.counts[a]! || a - b;
  labels.sort(byCount);
  words.sort(byCount);
  const table = new TokenTable();
  for (const token of words) internFrom(corpus.table, token, table);
  return {
    labels: labels.map((token) => corpus.table.textOf(token)),
    labelCounts: Int32Array.from(labels, (token) => corpus.counts[token]!),
    words: table,
  };
}

/** Lines with a known label become examples; n-grams get rows if `admit`, else those without a row are left out. */
export function buildExamples(
  corpus: Corpus,
  labels: readonly string[],
  space: FeatureSpace,
  admit: boolean,
): Examples {
  const roles = rolesOf(corpus, labels, space);
  const tokens = tokenRows(corpus, roles, space, admit);
  const units = new IntList();
  const unitStarts = new IntList();
  const lineLabels = new IntList();
  const labelStarts = new IntList();
  const hashes = new IntList();
  unitStarts.push(0);
  labelStarts.push(0);
  const emit = (bucket: number): void => {
    const row = admit ? space.admit(bucket) : space.rowOfBucket[bucket]!;
    if (row >= 0) units.push(row);
  };
  for (let line = 0; line < corpus.lines; line++) {
    const unitsBefore = units.length;
    const labelsBefore = lineLabels.length;
    hashes.length = 0;
    for (let i = corpus.lineStarts[line]!; i < corpus.lineStarts[line + 1]!; i++) {
      const token = corpus.tokens[i]!;
      if (roles.label[token]! >= 0) lineLabels.push(roles.label[token]!);
      else if (roles.label[token] === NOTHING) {
        pushUnit(token, tokens, units);
        hashes.push(corpus.table.hashOf(token));
      }
    }
    if (lineLabels.length > labelsBefore && hashes.length > 0) {
      if (space.settings.wordNgrams > 1) {
        wordNgramBuckets(hashes.values, hashes.length, space.settings.wordNgrams, space.settings.buckets, emit);
      }
    }
    if (lineLabels.length === labelsBefore || units.length === unitsBefore) {
      units.length = unitsBefore;
      lineLabels.length = labelsBefore;
      continue;
    }
    unitStarts.push(units.length);
    labelStarts.push(lineLabels.length);
  }
  return {
    count: unitStarts.length - 1,
    units: shared(units),
    unitStarts: shared(unitStarts),
    tokenRows: shared(tokens.rows),
    tokenRowStarts: shared(tokens.starts),
    labels: shared(lineLabels),
    labelStarts: shared(labelStarts),
  };
}

function rolesOf(corpus: Corpus, labels: readonly string[], space: FeatureSpace): TokenRoles {
  const numbers = new Map(labels.map((label, number) => [label, number]));
  const label = new Int32Array(corpus.table.size).fill(NOTHING);
  const word = new Int32Array(corpus.table.size).fill(NOTHING);
  for (let token = 0; token < corpus.table.size; token++) {
    const bytes = corpus.table.bytesOf(token);
    if (isLabel(corpus.table, token)) label[token] = numbers.get(corpus.table.textOf(token)) ?? UNKNOWN_LABEL;
    else word[token] = space.words.find(bytes, 0, bytes.length, corpus.table.hashOf(token));
  }
  return { label, word };
}

function tokenRows(corpus: Corpus, roles: TokenRoles, space: FeatureSpace, admit: boolean): TokenRowLists {
  const rows = new IntList();
  const starts = new IntList();
  const withSubwords = space.settings.maxChar > 0;
  for (let token = 0; token < corpus.table.size; token++) {
    starts.push(rows.length);
    if (roles.word[token]! >= 0) rows.push(roles.word[token]!);
    // Token 0 is the end of the line, which has no character n-grams.
    if (withSubwords && token > 0 && roles.label[token] === NOTHING) {
      space.subwords(corpus.table.bytesOf(token), admit, rows);
    }
  }
  starts.push(rows.length);
  return { rows, starts };
}

interface TokenRowLists {
  readonly rows: IntList;
  readonly starts: IntList;
}

function pushUnit(token: number, { rows, starts }: TokenRowLists, units: IntList): void {
  const start = starts.values[token]!;
  const size = starts.values[token + 1]! - start;
  if (size === 1) units.push(rows.values[start]!);
  else if (size > 1) units.push(~token);
}

const PREFIX_BYTES = new TextEncoder().encode(LABEL_PREFIX);

function isLabel(table: TokenTable, token: number): boolean {
  const bytes = table.bytesOf(token);
  return PREFIX_BYTES.every((byte, i) => bytes[i] === byte);
}

function internFrom(from: TokenTable, token: number, to: TokenTable): void {
  const bytes = from.bytesOf(token);
  to.intern(bytes, 0, bytes.length, from.hashOf(token));
}

function shared(list: IntList): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(Math.max(4, list.length * 4)));
  copy.set(list.values.subarray(0, list.length));
  return copy;
}

/** The settings of the features, from hyperparameters under SageMaker's names. */
export const featureSettings = (values: {
  readonly buckets: number;
  readonly word_ngrams: number;
  readonly min_char: number;
  readonly max_char: number;
}): FeatureSettings => ({
  buckets: values.buckets,
  wordNgrams: values.word_ngrams,
  minChar: values.min_char,
  maxChar: values.max_char,
});
