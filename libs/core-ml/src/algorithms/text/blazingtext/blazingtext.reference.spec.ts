import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCorpus } from './corpus.js';
import { buildDictionary } from './examples.js';
import { FeatureSpace } from './feature-space.js';
import { hashBytes } from './hashing.js';
import { TextClassifier } from './model.js';
import { TokenTable } from './token-table.js';

interface GoldenModel {
  readonly words: [string, number][];
  readonly labels: [string, number][];
  readonly input: number[][];
  readonly output: number[][];
  readonly probabilities: Record<string, number>[];
}

interface Golden {
  readonly train: string;
  readonly texts: string[];
  readonly settings: { dim: number; buckets: number; minChar: number; maxChar: number; wordNgrams: number };
  readonly softmax: GoldenModel;
  readonly hs: GoldenModel;
}

const file = new URL('../../../../src/algorithms/text/blazingtext/golden/fasttext.json', import.meta.url);
// The file is ours; golden/PROVENANCE.md says how it is made.
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

/** fastText's model as ours: every bucket has its row, as there. */
function converted(model: GoldenModel, loss: string): TextClassifier {
  const words = new TokenTable();
  for (const [word] of model.words) {
    const bytes = new TextEncoder().encode(word);
    words.intern(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
  }
  const space = new FeatureSpace(words, golden.settings);
  for (let bucket = 0; bucket < golden.settings.buckets; bucket++) space.admit(bucket);
  const outputs = loss === 'hs' ? model.labels.length - 1 : model.labels.length;
  return new TextClassifier(
    { loss },
    model.labels.map(([label]) => label),
    Int32Array.from(model.labels, ([, count]) => count),
    space,
    {
      dim: golden.settings.dim,
      input: Float32Array.from(model.input.flat()),
      output: Float32Array.from(model.output.slice(0, outputs).flat()),
    },
  );
}

describe('against fastText 0.9.2', () => {
  it('counts the same words and labels', () => {
    const corpus = readCorpus({ contentType: 'text/plain', files: [new TextEncoder().encode(golden.train)] });
    const { words, labels, labelCounts } = buildDictionary(corpus, 1);
    const counts = new Map(golden.softmax.words);
    expect(words.size).toBe(counts.size);
    const ours = Array.from({ length: words.size }, (_, word) => counts.get(words.textOf(word))!);
    // fastText's sort leaves the order of equal counts open, so the order is compared by counts.
    expect(ours).toEqual(golden.softmax.words.map(([, count]) => count));
    expect(labels.map((label, i) => [label, labelCounts[i]])).toEqual(golden.softmax.labels);
  });

  // Softmax: fastText prints 6 digits and adds 1e-5 to every probability before its logarithm.
  // Hierarchical softmax: its sigmoid is a table of 512 steps over ±8, off by up to 1/4 of a step (0.008) per node, and
  // a path here has at most two nodes.
  it.each([
    ['softmax', 2e-5],
    ['hs', 8e-3],
  ] as const)('gives the same probabilities with %s, through words, character and word n-grams', (loss, tolerance) => {
    const model = converted(golden[loss], loss);
    golden.texts.forEach((text, i) => {
      const { label, prob } = model.top(text, 3);
      expect(label).toHaveLength(3);
      label.forEach((name, rank) => {
        expect(Math.abs(prob[rank]! - golden[loss].probabilities[i]![name]!), `${text}: ${name}`).toBeLessThan(
          tolerance,
        );
      });
    });
  });
});
