import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeLanguageModel } from '@lantern/models';
import { buildCorpus, nTextsOf, readRows, sample, type Corpus, type Cut } from './corpus.js';
import { EmbeddingClassifier } from './embedding-classifier.js';
import { countCells, FeatureIndex } from './features.js';
import { dequantiseRows, quantiseRows } from './product-quantiser.js';
import { seededRandom, type Random } from './random.js';

// node training/dist/language-id/train.js <base.tsv[.xz]> <extra.tsv[.xz]> <output folder> [name=value …]
const [base, extra, output, ...options] = process.argv.slice(2);
if (!base || !extra || !output)
  throw new Error('usage: train.js <base.tsv> <extra.tsv> <output folder> [name=value …]');

/** The shipped model's settings; README.md tells how they came about. */
const defaults = {
  maxGram: 5,
  maxWordUnits: 20,
  cellBits: 23,
  minWeight: 4,
  dim: 32,
  subDim: 2,
  kept: 165_000,
  samplesPerLanguage: 6000,
  exploreRounds: 1.5,
  rounds: 4,
  rate: 0.3,
  seed: 1,
};
const given: Record<string, number> = Object.fromEntries(
  options.map((option): [string, number] => [option.slice(0, option.indexOf('=')), Number(option.split('=')[1])]),
);
const unknown = Object.keys(given).filter((name) => !(name in defaults));
if (unknown.length > 0) throw new Error(`unknown settings: ${unknown.join(', ')}`);
const settings: typeof defaults = { ...defaults, ...given };
const CUTS: readonly (readonly [Cut, number])[] = [
  ['word', 0.35],
  ['pair', 0.25],
  ['phrase', 0.2],
  ['text', 0.2],
];
/** Single words that come from a word list rather than from running text. */
const LISTED = 0.35;

const started = Date.now();
const log = (line: string) => console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);

const corpus = buildCorpus(rowsOf(base, extra));
const languages = corpus.train.map(({ language }) => language);
log(`${languages.length} languages, ${corpus.train.reduce((sum, texts) => sum + nTextsOf(texts), 0)} texts`);

// 1. Many features, roughly trained, to see which matter.
const weights = countCells(corpus.train, settings, settings.cellBits);
const candidates = Int32Array.from(cellsWhere((cell) => weights[cell]! >= settings.minWeight));
const wide = new EmbeddingClassifier(candidates.length, settings.dim, languages.length, seededRandom(settings.seed));
log(`${candidates.length} candidate features`);
train(wide, new FeatureIndex(candidates, settings.cellBits, settings), settings.exploreRounds, settings.rate);

// 2. The most useful are kept and trained on.
const kept = mostUseful(wide, candidates, settings.kept);
const cells = kept.map((row) => candidates[row]!);
const index = new FeatureIndex(cells, settings.cellBits, settings);
const model = new EmbeddingClassifier(cells.length, settings.dim, languages.length, seededRandom(settings.seed));
kept.forEach((row, i) =>
  model.embeddings.set(wide.embeddings.subarray(row * settings.dim, (row + 1) * settings.dim), i * settings.dim),
);
model.output.set(wide.output);
model.bias.set(wide.bias);
train(model, index, settings.rounds, settings.rate);

// 3. Quantised, and the output layer fitted to what is left.
const quantised = quantiseRows(model.embeddings, settings.dim, settings.subDim, seededRandom(settings.seed));
model.embeddings.set(dequantiseRows(quantised, settings.dim, settings.subDim));
log(`quantised: ${accuracies(model, index, corpus)}`);
train(model, index, settings.rounds / 4, settings.rate / 6, true);

const temperature = bestTemperature(model, index, corpus);
log(`temperature ${temperature}`);
const { maxGram, maxWordUnits, cellBits, dim, subDim } = settings;
const { output: outputLayer, bias } = model;
const file = writeLanguageModel({
  ...{ languages, dim, subDim, cellBits, temperature, maxGram, maxWordUnits },
  ...{ cells, ...quantised, output: outputLayer, bias },
});
mkdirSync(output, { recursive: true });
writeFileSync(join(output, 'model.bin'), file);
log(`wrote ${file.length} bytes`);

function* rowsOf(...paths: string[]) {
  for (const path of paths) yield* readRows(path);
}

function* cellsWhere(test: (cell: number) => boolean): Iterable<number> {
  for (let cell = 0; cell < 1 << settings.cellBits; cell++) if (test(cell)) yield cell;
}

/** Rows by their embedding's squared length times their weight, the part they play in the mean; rising. */
function mostUseful({ embeddings, dim }: EmbeddingClassifier, candidates: Int32Array, count: number): Int32Array {
  const use = Float64Array.from(candidates, (cell, row) => {
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += embeddings[row * dim + d]! ** 2;
    return squares * weights[cell]!;
  });
  const order = Int32Array.from(candidates.keys()).sort((a, b) => use[b]! - use[a]!);
  return order.slice(0, count).sort();
}

/** Draws languages evenly, those with few texts less often. */
function train(model: EmbeddingClassifier, index: FeatureIndex, rounds: number, rate: number, outputOnly = false) {
  const random = seededRandom(settings.seed + 1);
  const shares = corpus.train.map((texts) => Math.min(1, (nTextsOf(texts) / 3000) ** 0.3));
  const nSamples = Math.round(shares.reduce((sum, share) => sum + share, 0) * settings.samplesPerLanguage * rounds);
  const draw = drawer(shares);
  let loss = 0;
  for (let i = 0; i < nSamples; i++) {
    const target = draw(random);
    const words = sample(corpus.train[target]!, drawCut(random), random() < LISTED, random);
    const count = index.fill(words);
    loss += model.learn(index.ids, count, target, rate * (1 - i / nSamples), outputOnly);
    if ((i + 1) % Math.ceil(nSamples / 3) === 0 || i + 1 === nSamples)
      log(`${i + 1}/${nSamples} loss ${(loss / (i + 1)).toFixed(3)}: ${accuracies(model, index, corpus)}`);
  }
}

function drawer(shares: readonly number[]): (random: Random) => number {
  let sum = 0;
  const ends = shares.map((share) => (sum += share));
  return (random) => {
    const at = random() * sum;
    let low = 0;
    for (let high = ends.length - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (ends[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function drawCut(random: Random): Cut {
  let at = random();
  for (const [cut, share] of CUTS) if ((at -= share) < 0) return cut;
  return 'text';
}

/** Calls `visit` with the probabilities of held-out samples, as many of each language. */
function validate(model: EmbeddingClassifier, index: FeatureIndex, { validation }: Corpus, cut: Cut, visit: Visit) {
  const random = seededRandom(5);
  for (const held of validation) {
    const target = languages.indexOf(held.language);
    if (nTextsOf(held) === 0 || target < 0) continue;
    for (let i = 0; i < 60; i++) {
      const count = index.fill(sample(held, cut, i % 3 === 0, random));
      visit(model.predict(index.ids, count), target);
    }
  }
}
type Visit = (probabilities: Float32Array, target: number) => void;

function accuracies(model: EmbeddingClassifier, index: FeatureIndex, corpus: Corpus): string {
  return CUTS.map(([cut]) => {
    let right = 0;
    let all = 0;
    validate(model, index, corpus, cut, (probabilities, target) => {
      all++;
      if (probabilities.every((p) => p <= probabilities[target]!)) right++;
    });
    return `${cut} ${((100 * right) / all).toFixed(2)}`;
  }).join(', ');
}

/** The divisor of logits with the least cross-entropy over held-out samples of all cuts. */
function bestTemperature(model: EmbeddingClassifier, index: FeatureIndex, corpus: Corpus): number {
  const candidates = Array.from({ length: 31 }, (_, i) => 0.5 + i * 0.05);
  const losses = candidates.map(() => 0);
  for (const [cut] of CUTS)
    validate(model, index, corpus, cut, (probabilities, target) => {
      candidates.forEach((temperature, i) => {
        let sum = 0;
        for (const p of probabilities) sum += Math.max(p, 1e-12) ** (1 / temperature);
        losses[i]! -= Math.log(Math.max(probabilities[target]!, 1e-12) ** (1 / temperature) / sum);
      });
    });
  return Number(candidates[losses.indexOf(Math.min(...losses))]!.toFixed(2));
}
