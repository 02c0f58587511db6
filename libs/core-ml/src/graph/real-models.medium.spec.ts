import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join as joinPath } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { cut, expose, join } from './edit/index.js';
import { collectExternalData, readModel, writeModel } from './protobuf/index.js';
import { feedsOf, moonshine, networkFiles } from './real-models.fixture.js';
import { runModel, type Values } from './run-model.fixture.js';

const datasets = process.env['LANTERN_DATASETS'];
const files = networkFiles(datasets);

/** Expects two results of equal names, shapes and bits. */
function expectSame(actual: Values, expected: Values): void {
  for (const [name, { dims, data }] of Object.entries(expected)) {
    expect(actual[name]?.dims, name).toEqual(dims);
    expect(bitsOf(actual[name]?.data).equals(bitsOf(data)), `bits of ${name}`).toBe(true);
  }
}

function bitsOf(data: Tensor['data'] | undefined): Buffer {
  if (!ArrayBuffer.isView(data)) throw new Error('These values are not numbers.');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

if (datasets === undefined) console.log('vision networks skipped: no LANTERN_DATASETS');

it('there are networks to read', () => {
  expect(files.map((file) => basename(file))).toEqual(
    expect.arrayContaining(['silero_vad_legacy.onnx', 'encoder_model.onnx', 'decoder_model_merged.onnx']),
  );
});

it.each(files.map((file) => [basename(file), file]))(
  '%s, read and written, computes the same bits',
  async (_, file) => {
    const bytes = readFileSync(file);
    const model = readModel(bytes);
    const written = writeModel(model);
    // Millions of bytes: the test runner's own comparison takes minutes.
    expect(isDeepStrictEqual(readModel(written), model)).toBe(true);
    const feeds = feedsOf(model);
    const outputs = await runModel(bytes, feeds);
    expect(Object.keys(outputs)).toEqual(model.graph.outputs.map(({ name }) => name));
    expectSame(await runModel(written, feeds), outputs);
  },
);

describe("Moonshine's decoder with its attention to the sound", () => {
  const bytes = readFileSync(joinPath(moonshine, 'decoder_model_merged.onnx'));
  const layers = [0, 1, 2, 3, 4, 5];
  const extended = expose(
    readModel(bytes),
    layers.map((layer) => ({
      name: `attention.${layer}`,
      from: { node: `/model/decoder/layers.${layer}/encoder_attn/Softmax` },
    })),
  );

  // The first step computes keys and values, the others read them: one branch of the network's If each.
  it.each([
    ['in the first step', false],
    ['in later steps', true],
  ])('gives the attention of each layer %s, and all else as before', async (_, isLater) => {
    const { use_cache_branch: flag, ...feeds } = feedsOf(readModel(bytes));
    expect(flag?.type).toBe('bool');
    const all = { ...feeds, use_cache_branch: new Tensor('bool', Uint8Array.of(isLater ? 1 : 0), [1]) };
    const before = await runModel(bytes, all);
    const after = await runModel(writeModel(extended), all);
    expect(Object.keys(after)).toHaveLength(Object.keys(before).length + layers.length);
    expectSame(after, before);
    for (const layer of layers) expectAttention(after[`attention.${layer}`]);
  });

  /** Each of 8 heads spreads a weight of one over 40 frames, for each of 3 tokens, and not evenly. */
  function expectAttention(attention: Tensor | undefined): void {
    expect(attention?.dims).toEqual([1, 8, 3, 40]);
    const weights = Array.from(attention?.data as Float32Array);
    for (let row = 0; row < 24; row += 1) {
      const sum = weights.slice(40 * row, 40 * row + 40).reduce((total, weight) => total + weight, 0);
      expect(sum).toBeCloseTo(1, 4);
    }
    expect(Math.max(...weights) - Math.min(...weights)).toBeGreaterThan(1e-3);
  }
});

it('a network cut in two and joined again computes the same bits', async () => {
  const bytes = readFileSync(joinPath(moonshine, 'encoder_model.onnx'));
  const model = readModel(bytes);
  const waist = '/Mul_2_output_0';
  const head = cut(model, {
    inputs: ['input_values'],
    outputs: [{ name: waist, elementType: 'float32', shape: undefined }],
  });
  const tail = cut(model, {
    inputs: [{ name: waist, elementType: 'float32', shape: [1, 288, 'frames'] }],
    outputs: ['last_hidden_state'],
  });
  expect(head.graph.nodes.length + tail.graph.nodes.length).toBe(model.graph.nodes.length);
  const feeds = feedsOf(model);
  const expected = await runModel(bytes, feeds);
  const { [waist]: middle } = await runModel(writeModel(head), feeds);
  if (middle === undefined) throw new Error('The first part gave nothing.');
  const steps = await runModel(writeModel(tail), { [waist]: middle });
  expect(steps['last_hidden_state']?.dims).toEqual(expected['last_hidden_state']?.dims);
  expectSame(await runModel(writeModel(join(head, tail, new Map([[waist, waist]]))), feeds), expected);
});

it('the runtime finds weights that were taken out into a file of their own', async () => {
  const bytes = readFileSync(joinPath(moonshine, 'encoder_model.onnx'));
  const model = readModel(bytes);
  const folder = await mkdtemp(joinPath(tmpdir(), 'lantern-external-'));
  try {
    const pieces: Uint8Array[] = [];
    const outside = collectExternalData(model, { location: 'weights.bin' }, (piece) => pieces.push(piece));
    await writeFile(joinPath(folder, 'weights.bin'), Buffer.concat(pieces));
    await writeFile(joinPath(folder, 'model.onnx'), writeModel(outside));
    const feeds = feedsOf(model);
    expectSame(await runModel(joinPath(folder, 'model.onnx'), feeds), await runModel(bytes, feeds));
  } finally {
    await rm(folder, { recursive: true });
  }
});
