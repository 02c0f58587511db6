import { writeFileSync } from 'node:fs';
import { EXTRA_SOURCES, readSource } from './sources.js';

// node training/dist/language-id/merge.js <cache folder> <output.tsv>: the extra corpus as language, source, text.
const [cache, output] = process.argv.slice(2);
if (!cache || !output) throw new Error('usage: merge.js <cache folder> <output.tsv>');
const rows = EXTRA_SOURCES.flatMap((source) => readSource(source, cache));
writeFileSync(
  output,
  rows.map(({ language, source, text }) => `${language}\t${source}\t${text.replace(/\s+/g, ' ')}\n`).join(''),
);
const counts = new Map<string, number>();
for (const { language, source } of rows)
  counts.set(`${source} ${language}`, (counts.get(`${source} ${language}`) ?? 0) + 1);
console.log([...counts].map(([key, count]) => `${key} ${count}`).join('\n'));
