import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Rng } from '@lantern/core-ml';

/** A data set with the settings for both programs; lines begin with `__label__x `. */
export interface Task {
  readonly name: string;
  readonly train: string;
  readonly test: string;
  readonly epochs: number;
  readonly learningRate: number;
  readonly dim: number;
  readonly wordNgrams: number;
  readonly minChar: number;
  readonly maxChar: number;
  readonly buckets: number;
}

const LANGUAGE_LINES = 60_000;
const LANGUAGE_TEST_LINES = 5_000;

/**
 * Topics of news (R8, the files of TextGCN) and languages of sentences.
 * @throws Error if LANTERN_DATASETS does not name the folder of the data sets
 */
export function readTasks(datasets: string | undefined): Task[] {
  if (datasets === undefined) throw new Error('Set LANTERN_DATASETS to the folder of the data sets.');
  const r8 = (part: string): string => {
    const path = join(datasets, 'tabular', 'text-r8-mr-ohsumed', 'R8', `${part}.txt.gz`);
    return labelled(gunzipSync(readFileSync(path)).toString(), 0, 1);
  };
  const sentences = execFileSync('xz', ['-dc', join(datasets, 'lang', 'lid', 'train.tsv.xz')], { maxBuffer: 2 ** 28 });
  const lines = shuffled(labelled(sentences.toString(), 0, 2)).split('\n');
  return [
    {
      name: 'R8 topics, word bigrams, dim 100',
      train: shuffled(r8('train')),
      test: r8('test'),
      ...{ epochs: 6, learningRate: 0.5, dim: 100, wordNgrams: 2, minChar: 0, maxChar: 0, buckets: 200_000 },
    },
    {
      name: `${LANGUAGE_LINES} lines in 104 languages, character 1- to 4-grams, dim 16`,
      train: lines.slice(0, LANGUAGE_LINES).join('\n') + '\n',
      test: lines.slice(LANGUAGE_LINES, LANGUAGE_LINES + LANGUAGE_TEST_LINES).join('\n') + '\n',
      ...{ epochs: 4, learningRate: 0.5, dim: 16, wordNgrams: 1, minChar: 1, maxChar: 4, buckets: 200_000 },
    },
  ];
}

function labelled(table: string, label: number, text: number): string {
  const rows = table.split('\n').filter((line) => line !== '');
  return rows
    .map((line) => line.split('\t'))
    .map((row) => `__label__${row[label]} ${row[text]}\n`)
    .join('');
}

/** Lines in one random order for both programs, because the files are sorted by label and fastText does not shuffle. */
function shuffled(text: string): string {
  const lines = text.trimEnd().split('\n');
  const order = Array.from(lines.keys());
  new Rng(1).shuffle(order);
  return order.map((line) => lines[line]!).join('\n') + '\n';
}
