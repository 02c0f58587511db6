import { TrainingDataError, type Channel } from '../../../algorithm.js';
import { HASH_START, hashByte } from './hashing.js';
import { IntList, TokenTable } from './token-table.js';

/** fastText's token for the end of a line; a feature like any word. */
export const END_OF_LINE = '</s>';
export const LABEL_PREFIX = '__label__';
const NEWLINE = 0x0a;

/** Lines as numbers of distinct tokens. Line i is `tokens[lineStarts[i] … lineStarts[i + 1])`. */
export interface Corpus {
  readonly table: TokenTable;
  /** How often each distinct token occurs. */
  readonly counts: Int32Array;
  readonly tokens: Int32Array;
  readonly lineStarts: Int32Array;
  readonly lines: number;
}

/** True for the bytes at which fastText ends a token; dictionary.cc, `Dictionary::readWord`. */
export const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0;

/**
 * Reads the lines of a channel: `text/plain` as `__label__x tokens`, JSON Lines as `{"source": …, "label": …}`.
 * @throws TrainingDataError if a JSON line is not of that form.
 */
export function readCorpus(channel: Channel): Corpus {
  const table = new TokenTable();
  const tokens = new IntList();
  const lineStarts = new IntList();
  lineStarts.push(0);
  const endOfLine = new TextEncoder().encode(END_OF_LINE);
  const end = table.intern(endOfLine, 0, endOfLine.length, endOfLine.reduce(hashByte, HASH_START));
  for (const file of channel.files) {
    const bytes = channel.contentType === 'text/plain' ? file : linesOfManifest(file);
    readLines(bytes, table, tokens, lineStarts, end);
  }
  const counts = new Int32Array(table.size);
  for (let i = 0; i < tokens.length; i++) counts[tokens.values[i]!]!++;
  return { table, counts, tokens: tokens.values, lineStarts: lineStarts.values, lines: lineStarts.length - 1 };
}

function readLines(bytes: Uint8Array, table: TokenTable, tokens: IntList, lineStarts: IntList, end: number): void {
  let start = 0;
  let hash = HASH_START;
  for (let i = 0; i <= bytes.length; i++) {
    const byte = i < bytes.length ? bytes[i]! : NEWLINE;
    if (!isSpace(byte)) {
      hash = hashByte(hash, byte);
      continue;
    }
    if (i > start) tokens.push(table.intern(bytes, start, i, hash));
    start = i + 1;
    hash = HASH_START;
    if (byte !== NEWLINE) continue;
    // An empty last line is only the newline that ends the line before.
    if (i === bytes.length && tokens.length === lineStarts.values[lineStarts.length - 1]) continue;
    tokens.push(end);
    lineStarts.push(tokens.length);
  }
}

function linesOfManifest(file: Uint8Array): Uint8Array {
  const lines = new TextDecoder().decode(file).split('\n');
  const written = lines.flatMap((line, index) => (line.trim() === '' ? [] : [lineOfRecord(line, index + 1)]));
  return new TextEncoder().encode(written.join('\n'));
}

function lineOfRecord(line: string, number: number): string {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch (error) {
    throw new TrainingDataError(`Line ${number} is not JSON.`, { cause: error });
  }
  const { source, label } = (record ?? {}) as { source?: unknown; label?: unknown };
  const labels: unknown[] = Array.isArray(label) ? label : [label];
  if (typeof source !== 'string' || !labels.every((l) => typeof l === 'string' || typeof l === 'number')) {
    throw new TrainingDataError(`Line ${number} needs a text "source" and a "label" that is text or a number.`);
  }
  const prefixed = labels.map((l) => (String(l).startsWith(LABEL_PREFIX) ? String(l) : LABEL_PREFIX + String(l)));
  return `${prefixed.map((l) => l.replace(/\s/g, '_')).join(' ')} ${source.replace(/[\r\n]/g, ' ')}`;
}
