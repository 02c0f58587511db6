import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LanguageIdentifier } from '@lantern/models';

// node training/dist/language-id/manifest.js <model folder> <results/language.json>: digest and measured quality of model.bin.
const [folder, results] = process.argv.slice(2);
if (!folder || !results) throw new Error('usage: manifest.js <model folder> <results/language.json>');

interface Results {
  readonly date: string;
  readonly rows: readonly { readonly work: string; readonly ours: number; readonly unit: string }[];
}
const { date, rows } = JSON.parse(readFileSync(results, 'utf8')) as Results;
const file = readFileSync(join(folder, 'model.bin'));
const manifest = {
  name: 'lantern-lid',
  task: 'language-id',
  licence: 'CC-BY-SA-4.0',
  source: 'models/language-id/lantern-lid/card.md',
  files: [{ path: 'model.bin', sha256: createHash('sha256').update(file).digest('hex'), sizeBytes: file.length }],
  languages: [...LanguageIdentifier.load(file).languages].sort(),
  quality: rows
    .filter(({ work }) => /, mean of/.test(work))
    .map(({ work, ours }) => ({ dataset: work, metric: 'accuracy in percent', value: ours, measured: date })),
};
writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
