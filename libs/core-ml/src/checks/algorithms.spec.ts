import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Channels, TrainContext } from '../algorithm.js';
import { decodeArtifact } from '../artifact/decode.js';
import { encodeArtifact } from '../artifact/encode.js';
import { blazingText } from '../algorithms/text/blazingtext/index.js';
import { algorithms } from '../algorithms/index.js';
import { badValues, writtenValue } from '../hyperparameters/describe.js';
import { HyperparameterError, parseHyperparameters } from '../hyperparameters/parse.js';
import type { Schema } from '../hyperparameters/schema.js';
import { Rng } from '../random/rng.js';

const text = (lines: string): Channels => ({
  train: { contentType: 'text/plain', files: [new TextEncoder().encode(lines)] },
});

const LINES = '__label__a red red apple\n__label__b blue sea water\n'.repeat(20);

/** What the checks need to know of each algorithm; a new algorithm adds its entry here. */
const cases = [
  {
    algorithm: blazingText,
    folder: 'text/blazingtext',
    required: { mode: 'supervised' },
    small: { min_count: '1', vector_dim: '4', buckets: '1000', max_char: '3', min_char: '1', epochs: '3' },
    channels: text(LINES),
    oneRow: text('__label__a red\n'),
    rows: ['red apple', 'blue', '', 'unknown'].map((source) => ({ source, k: 2 })),
    metric: 'train:loss',
  },
];

const contextOf = (seed: number, signal: AbortSignal, reports: string[] = []): TrainContext => ({
  rng: new Rng(seed),
  signal,
  checkpoint: async () => undefined,
  report: (metric) => reports.push(metric),
});

const never = new AbortController().signal;

it('has a case for every algorithm', () => {
  expect(cases.map((c) => c.algorithm.name)).toEqual(algorithms.map((algorithm) => algorithm.name));
});

describe.each(cases)('$algorithm.name', ({ algorithm, folder, required, small, channels, oneRow, rows, metric }) => {
  const schema: Schema = algorithm.hyperparameters;
  const values = parseHyperparameters(algorithm.hyperparameters, { ...required, ...small });
  const train = (seed = 7): ReturnType<typeof algorithm.train> =>
    algorithm.train(channels, values, contextOf(seed, never));

  it.each(Object.entries(schema))('refuses bad values of %s', (name, spec) => {
    for (const bad of badValues(spec)) {
      expect(() => parseHyperparameters(schema, { ...required, [name]: bad }), bad).toThrow(HyperparameterError);
    }
  });

  it('refuses unknown hyperparameters and takes its own defaults as strings', () => {
    expect(() => parseHyperparameters(schema, { ...required, no_such: '1' })).toThrow(/no_such/);
    const defaults = Object.entries(schema).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, writtenValue(value)] as const],
    );
    const written = parseHyperparameters(schema, { ...Object.fromEntries(defaults), ...required });
    expect(written).toEqual(parseHyperparameters(schema, required));
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const bytes = encodeArtifact((await train()).save());
    expect(encodeArtifact((await train()).save())).toEqual(bytes);
    expect(encodeArtifact((await train(8)).save())).not.toEqual(bytes);
  });

  it('leaves its input untouched', async () => {
    const before = channels['train']!.files.map((file) => file.slice());
    await train();
    expect(channels['train']!.files).toEqual(before);
  });

  it('predicts the same after saving, and row by row as in a batch', async () => {
    const model = await train();
    const batch = model.predict(rows);
    const restored = await algorithm.restore(decodeArtifact(encodeArtifact(model.save())));
    expect(restored.predict(rows)).toEqual(batch);
    expect(rows.flatMap((row) => model.predict([row]))).toEqual(batch);
    expect(encodeArtifact(restored.save())).toEqual(encodeArtifact((await algorithm.restore(restored.save())).save()));
  });

  it('trains on one row', async () => {
    const model = await algorithm.train(oneRow, values, contextOf(1, never));
    expect(model.predict(rows)).toHaveLength(rows.length);
  });

  it('stops when told and reports progress', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(algorithm.train(channels, values, contextOf(1, stop.signal))).rejects.toThrow('enough');
    const reports: string[] = [];
    await algorithm.train(channels, values, contextOf(1, never, reports));
    expect(reports).toContain(metric);
  });

  it('still loads every file in golden/formats', async () => {
    const formats = fileURLToPath(new URL(`../../src/algorithms/${folder}/golden/formats/`, import.meta.url));
    const files = readdirSync(formats);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const model = await algorithm.restore(decodeArtifact(readFileSync(formats + file)));
      expect(model.predict(rows)).toHaveLength(rows.length);
    }
  });
});
