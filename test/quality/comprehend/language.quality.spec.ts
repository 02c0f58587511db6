import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LanguageIdentifier } from '@lantern/models';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = process.env['LANTERN_DATASETS'] && join(process.env['LANTERN_DATASETS'], 'lang', 'lid');
const files = ['test-flores200.tsv.xz', 'test-lingua.tsv.xz'];
const hasData = folder !== undefined && folder !== '' && files.every((file) => existsSync(join(folder, file)));
if (!hasData) console.log('language quality skipped: no data (set LANTERN_DATASETS)');

/** Languages whose speakers are many among users; each has its own bar. */
const LISTED = 'en es fr de it pt nl sv da pl cs ro hu el tr ru uk ar he fa hi bn ta te th vi ja ko zh fi'.split(' ');
/** A plain linear model over hashed character 1- to 4-grams of the same base corpus, on the same files (2026-11). */
const PEER = { flores: 95.7, sentences: 95.0, 'word-pairs': 75.2, 'single-words': 57.3 };

interface Row {
  readonly work: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: string;
  readonly ratio: number | null;
  readonly bar: string;
  readonly holds: boolean;
}

describe.skipIf(!hasData)('language identification', () => {
  it('holds its bars on FLORES-200 devtest and on the test data of lingua', () => {
    const model = readFileSync(join(root, 'models/language-id/lantern-lid/model.bin'));
    const identifier = LanguageIdentifier.load(model);
    const known = new Set(identifier.languages);

    const flores = new Tally();
    for (const [language = '', text = ''] of linesOf('test-flores200.tsv.xz'))
      flores.add(language, first(identifier, text));
    const kinds = { sentences: new Tally(), 'word-pairs': new Tally(), 'single-words': new Tally() };
    for (const [code = '', kind, text = ''] of linesOf('test-lingua.tsv.xz')) {
      const language = code === 'nb' ? 'no' : code;
      if (known.has(language)) kinds[kind as keyof typeof kinds].add(language, first(identifier, text));
    }
    expect(flores.nLanguages).toBe(101);
    expect(kinds.sentences.nLanguages).toBeGreaterThanOrEqual(65);

    const rows = [
      atLeast(`FLORES-200 devtest, mean of ${flores.nLanguages} languages`, flores.mean(), 96.5, PEER.flores),
      ...LISTED.map((language) => atLeast(`FLORES-200 devtest, ${language}`, flores.accuracy(language), 97)),
      ...(['sentences', 'word-pairs', 'single-words'] as const).map((kind, i) =>
        atLeast(
          `lingua ${kind}, mean of ${kinds[kind].nLanguages} languages`,
          kinds[kind].mean(),
          [96.5, 80, 62][i] ?? NaN,
          PEER[kind],
        ),
      ),
      atMost('model file', model.length / 1e6, 3, 'MB'),
      atLeast('languages', known.size, 100, null, ''),
      atMost('one call, 100 characters, processor time', microsecondsPerCall(identifier), 60, 'µs'),
    ];
    write(rows);
    console.log(`FLORES, lowest: ${flores.lowest(20)}`);
    for (const [kind, tally] of Object.entries(kinds)) console.log(`lingua ${kind}, lowest: ${tally.lowest(20)}`);
    expect(rows.filter(({ holds }) => !holds).map(({ work, ours, bar }) => `${work}: ${ours}, bar ${bar}`)).toEqual([]);
  });
});

class Tally {
  readonly #counts = new Map<string, { all: number; right: number }>();

  add(expected: string, found: string | undefined): void {
    const count = this.#counts.get(expected) ?? { all: 0, right: 0 };
    this.#counts.set(expected, count);
    count.all++;
    if (found === expected) count.right++;
  }

  get nLanguages(): number {
    return this.#counts.size;
  }

  accuracy(language: string): number {
    const { all, right } = this.#counts.get(language) ?? { all: 0, right: NaN };
    return (100 * right) / all;
  }

  /** Each language counts the same. */
  mean(): number {
    return [...this.#counts.keys()].reduce((sum, language) => sum + this.accuracy(language), 0) / this.nLanguages;
  }

  lowest(count: number): string {
    return [...this.#counts.keys()]
      .sort((a, b) => this.accuracy(a) - this.accuracy(b))
      .slice(0, count)
      .map((language) => `${language} ${this.accuracy(language).toFixed(1)}`)
      .join(', ');
  }
}

function* linesOf(file: string): Iterable<string[]> {
  const bytes = execFileSync('xz', ['-dc', join(folder ?? '', file)], { maxBuffer: 1 << 28 });
  for (const line of bytes.toString('utf8').split('\n')) if (line) yield line.split('\t');
}

const first = (identifier: LanguageIdentifier, text: string) => identifier.identify(text, 0)[0]?.language;

/** Processor time, so that other programs on the machine do not count; the median of batches. */
function microsecondsPerCall(identifier: LanguageIdentifier): number {
  const text = 'The quick brown fox jumps over the lazy dog while seven wizards quietly mix a box of jugs, all evening';
  const nCalls = 1_000;
  const batches = Array.from({ length: 15 }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < nCalls; i++) identifier.identify(text.slice(0, 100));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / nCalls;
  });
  return batches.sort((a, b) => a - b)[7] ?? NaN;
}

function atLeast(work: string, value: number, bar: number, peer: number | null = null, unit = '%'): Row {
  const ours = Number(value.toFixed(2));
  return {
    work,
    ours,
    peer,
    unit,
    ratio: peer && Number((ours / peer).toFixed(3)),
    bar: `>= ${bar}`,
    holds: ours >= bar,
  };
}

function atMost(work: string, value: number, bar: number, unit: string): Row {
  return { work, ours: Number(value.toFixed(3)), peer: null, unit, ratio: null, bar: `<= ${bar}`, holds: value <= bar };
}

function write(rows: readonly Row[]): void {
  console.table(rows);
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}, node ${process.version}`;
  const load = loadavg().map((value) => Number(value.toFixed(2)));
  const result = { name: 'language', date: new Date().toISOString().slice(0, 10), machine, load, rows };
  mkdirSync(join(root, 'results'), { recursive: true });
  writeFileSync(join(root, 'results', 'language.json'), `${JSON.stringify(result, null, 2)}\n`);
}
