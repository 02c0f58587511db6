import { describe, expect, it } from 'vitest';
import type { Channels, TrainContext } from '../../../algorithm.js';
import { decodeArtifact } from '../../../artifact/decode.js';
import { encodeArtifact } from '../../../artifact/encode.js';
import { parseHyperparameters } from '../../../hyperparameters/parse.js';
import { Rng } from '../../../random/rng.js';
import { compress } from './compress.js';
import { FeatureSpace } from './feature-space.js';
import { hashBytes, wordNgramBuckets } from './hashing.js';
import { huffmanPaths } from './huffman.js';
import { hyperparameters } from './hyperparameters.js';
import { restoreClassifier } from './model.js';
import { expandMatrix, quantiseMatrix } from './product-quantiser.js';
import { IntList, TokenTable } from './token-table.js';
import { train } from './train.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const LINES = '__label__a red apple tree\n__label__b blue sea water\n__label__c grey sky rain\n'.repeat(50);
const channels = (text = LINES, contentType = 'text/plain'): Channels => ({
  train: { contentType, files: [bytes(text)] },
});
const values = (given: Record<string, string> = {}): ReturnType<typeof parse> =>
  parse({ mode: 'supervised', vector_dim: '6', buckets: '5000', learning_rate: '0.5', min_count: '1', ...given });
const parse = (given: Record<string, string>) => parseHyperparameters(hyperparameters, given);
const context = (more: Partial<TrainContext> = {}): TrainContext => ({
  rng: new Rng(1),
  signal: new AbortController().signal,
  checkpoint: async () => undefined,
  report: () => undefined,
  ...more,
});

describe('hashing', () => {
  it('is FNV-1a for ASCII, with bytes above 127 signed', () => {
    // Published FNV-1a vectors: '' and 'foobar'.
    expect(hashBytes(bytes(''), 0, 0) >>> 0).toBe(0x811c9dc5);
    expect(hashBytes(bytes('foobar'), 0, 6) >>> 0).toBe(0xbf9cf968);
    const signed = (0x811c9dc5n ^ 0xffffffe9n) * 0x01000193n;
    expect(hashBytes(Uint8Array.of(0xe9), 0, 1) >>> 0).toBe(Number(signed & 0xffffffffn));
  });

  it('combines words as 64-bit numbers do', () => {
    const hashes = Int32Array.from({ length: 12 }, () => new Rng(9).uint32());
    const rng = new Rng(2);
    for (let i = 0; i < hashes.length; i++) hashes[i] = rng.uint32();
    for (const buckets of [7, 2_000_000, 49_999_999]) {
      const wanted: number[] = [];
      for (let i = 0; i < hashes.length; i++) {
        let h = BigInt.asUintN(64, BigInt(hashes[i]!));
        for (let j = i + 1; j < hashes.length && j < i + 4; j++) {
          h = BigInt.asUintN(64, h * 116049371n + BigInt(hashes[j]!));
          wanted.push(Number(h % BigInt(buckets)));
        }
      }
      const found: number[] = [];
      wordNgramBuckets(hashes, hashes.length, 4, buckets, (bucket) => found.push(bucket));
      expect(found).toEqual(wanted);
    }
  });
});

describe('character n-grams', () => {
  it('are cut between code points of <word>, without the bare brackets', () => {
    const space = new FeatureSpace(new TokenTable(), { buckets: 1_000_000, wordNgrams: 1, minChar: 1, maxChar: 2 });
    const found = new IntList();
    space.subwords(bytes('né'), true, found);
    const wanted = ['<n', 'n', 'né', 'é', 'é>'].map((gram) => {
      const utf8 = bytes(gram);
      return space.rowOfBucket[(hashBytes(utf8, 0, utf8.length) >>> 0) % 1_000_000];
    });
    expect(Array.from(found.values.subarray(0, found.length))).toEqual(wanted);
  });
});

describe('Huffman paths', () => {
  it('are those of the tree on paper', () => {
    // Counts 5, 2, 1: the two rarest meet in node 0 (1 left, 2 right), which meets 5 in node 1 (node 0 is left: 3 < 5).
    const { nodes, rights, starts } = huffmanPaths(Int32Array.of(5, 2, 1));
    const path = (label: number): [number, number][] =>
      Array.from({ length: starts[label + 1]! - starts[label]! }, (_, i) => {
        const at = starts[label]! + i;
        return [nodes[at]!, rights[at]!];
      });
    expect([path(0), path(1), path(2)]).toEqual([
      [[1, 1]],
      [
        [0, 1],
        [1, 0],
      ],
      [
        [0, 0],
        [1, 0],
      ],
    ]);
  });
});

describe('gradient descent', () => {
  it('makes the step worked out by hand', async () => {
    // One line, one epoch, dim 2, words x and </s>, labels a and b (b on a line without words is not possible, so both
    // are on this line and one is drawn). The output starts at 0, so p = 1/2, the gradient to the input is 0, and the
    // output rows become ± rate/2 · hidden with hidden the mean of the two input rows.
    const given = values({ vector_dim: '2', epochs: '1', word_ngrams: '1', learning_rate: '0.5' });
    const { weights } = await train(channels('__label__a __label__b x\n'), given, context());
    const hidden = [0, 1].map((d) => (weights.input[d]! + weights.input[2 + d]!) / 2);
    const rows = [weights.output.subarray(0, 2), weights.output.subarray(2, 4)];
    const sign = Math.sign(rows[0]![0]! * hidden[0]!);
    for (const d of [0, 1]) {
      expect(rows[0]![d]).toBeCloseTo(sign * 0.25 * hidden[d]!, 6);
      expect(rows[1]![d]).toBeCloseTo(-sign * 0.25 * hidden[d]!, 6);
    }
    expect(Math.abs(hidden[0]!)).toBeGreaterThan(1e-3);
  });

  it.each([
    ['softmax', 1],
    ['softmax', 2],
    ['hs', 1],
    ['hs', 2],
  ])('learns three topics with %s on %d threads', async (loss, threads) => {
    const model = await train(
      channels(),
      values({ loss, max_char: '3', min_char: '2', epochs: '10' }),
      context({ threads }),
    );
    const answers = model.predict(['red apple', 'blue water', 'sky rain'].map((source) => ({ source, k: 3 })));
    expect(answers.map(({ label }) => label[0])).toEqual(['__label__a', '__label__b', '__label__c']);
    for (const { prob } of answers) {
      expect(prob[0]).toBeGreaterThan(0.8);
      expect(prob.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
  });

  it('stops between slices when told', async () => {
    const stop = new AbortController();
    const report = (_: string, __: number, epoch: number): void => {
      if (epoch === 2) stop.abort(new Error('enough'));
    };
    for (const threads of [1, 2]) {
      const given = values({ epochs: '1000' });
      await expect(train(channels(), given, context({ signal: stop.signal, report, threads }))).rejects.toThrow(
        'enough',
      );
    }
  });

  it('ends early after patience epochs without a better validation accuracy', async () => {
    const epochs: number[] = [];
    const report = (metric: string, _: number, epoch: number): void => {
      if (metric === 'validation:accuracy') epochs.push(epoch);
    };
    const both = { ...channels(), validation: channels('__label__a zzz\n')['train']! };
    const given = values({
      epochs: '50',
      early_stopping: 'True',
      min_epochs: '6',
      patience: '2',
      learning_rate: '1e-9',
    });
    await train(both, given, context({ report }));
    expect(epochs.at(-1)).toBe(6);
  });
});

describe('data', () => {
  it('may be an augmented manifest', async () => {
    const lines = [
      { source: 'red apple', label: 1 },
      { source: 'blue sea\nwater', label: ['b', 'c d'] },
    ].map((record) => JSON.stringify(record));
    const model = await train(channels(lines.join('\n'), 'application/jsonlines'), values(), context());
    expect(model.labels).toEqual(['__label__1', '__label__b', '__label__c_d']);
    for (const bad of ['{', '{"source":1,"label":1}', '{"source":"x"}', 'null']) {
      await expect(train(channels(bad, 'application/jsonlines'), values(), context())).rejects.toThrow(/Line 1/);
    }
  });

  it('without labels, without words or of another type is refused with a sentence', async () => {
    await expect(train(channels('just words\n'), values(), context())).rejects.toThrow('No line');
    await expect(train(channels(LINES), values({ min_count: '1000' }), context())).rejects.toThrow('min_count');
    await expect(train(channels(LINES, 'text/csv'), values(), context())).rejects.toThrow('text/csv');
    await expect(train({}, values(), context())).rejects.toThrow('required');
    await expect(train(channels(), values({ mode: 'cbow' }), context())).rejects.toThrow('not there yet');
  });
});

describe('compression', () => {
  it('is exact when no more than 256 different rows are to be kept', () => {
    const matrix = Float32Array.from({ length: 100 * 5 }, (_, i) => Math.fround(Math.sin(i)));
    expect(expandMatrix(quantiseMatrix(matrix, 5, 2, false, new Rng(1)))).toEqual(matrix);
    const withNorms = expandMatrix(quantiseMatrix(matrix, 5, 2, true, new Rng(1)));
    withNorms.forEach((x, i) => expect(x).toBeCloseTo(matrix[i]!, 5));
  });

  it('keeps the answers of a pruned, retrained and quantised model, in less space', async () => {
    const given = values({ max_char: '4', min_char: '1', epochs: '10', vector_dim: '16' });
    const model = await train(channels(), given, context());
    const before = encodeArtifact(model.save());
    const small = await compress(model, { cutoff: 40, output: true, retrain: channels()['train']! }, context());
    expect(small.space.rows).toBe(40);
    expect(encodeArtifact(model.save())).toEqual(before);
    const artifact = encodeArtifact(small.save());
    const restored = restoreClassifier(decodeArtifact(artifact));
    expect(encodeArtifact(restored.save())).toEqual(artifact);
    for (const [text, label] of [
      ['red apple', 'a'],
      ['blue sea', 'b'],
      ['grey rain', 'c'],
    ] as const) {
      expect(restored.top(text, 1).label).toEqual([`__label__${label}`]);
      expect(Array.from(restored.probabilities(text))).toEqual(Array.from(small.probabilities(text)));
    }
  });
});
