import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rng } from '../../random/rng.js';
import { ModelFormatError } from '../model-format-error.js';
import { branchingModel } from '../small-models.fixture.js';
import { anyModel } from './arbitrary-models.fixture.js';
import { attributeFields, graphFields, modelFields, nodeFields, tensorFields } from './fields.js';
import { collectExternalData, readModel, writeModel } from './index.js';
import { mutatedBytes } from './mutated-bytes.fixture.js';
import { WireWriter } from './wire-writer.js';

const N_FILES = 2_000;
const MEBIBYTE = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use after garbage is gone: memory outside the heap is given back a little after the collection. */
async function usedBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await setTimeout(10);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Real networks: whole, without their weights (in which damage changes nothing but numbers), and cut off. */
function realFiles(): readonly Uint8Array[] {
  const packages = fileURLToPath(new URL('../../../../../node_modules', import.meta.url));
  const [small, large] = [
    '@ricky0123/vad-web/dist/silero_vad_legacy.onnx',
    '@moonshine-ai/moonshine-js/dist/model/tiny/quantized/encoder_model.onnx',
  ].map((name) => new Uint8Array(readFileSync(`${packages}/${name}`))) as [Uint8Array, Uint8Array];
  const outside = { location: 'weights.bin', minimumBytes: 1 };
  const structures = [small, large].map((bytes) => {
    return writeModel(collectExternalData(readModel(bytes), outside, () => undefined));
  });
  return [small, ...structures, large.slice(0, 50_000)];
}

const builtFiles = [branchingModel(), ...fc.sample(anyModel, { numRuns: 40, seed: 11 })].map(writeModel);
const networks = realFiles();

function anyFile(rng: Rng): Uint8Array {
  const files = rng.below(2) === 0 ? builtFiles : networks;
  return files[rng.below(files.length)]!;
}

/** What became of a file: a model that can be written and read again, or an error that says what and where. */
function outcomeOf(bytes: Uint8Array): 'read' | 'refused' {
  try {
    const written = writeModel(readModel(bytes));
    expect(Buffer.from(writeModel(readModel(written))).equals(written)).toBe(true);
    return 'read';
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
    expect(error.reason).toMatch(/\w+ \w+/);
    expect(error.reason.length).toBeLessThan(700);
    if (error.position !== undefined) {
      expect(error.position).toBeGreaterThanOrEqual(0);
      expect(error.position).toBeLessThanOrEqual(bytes.length);
    }
    return 'refused';
  }
}

it(`${N_FILES} truncated and mutated files are read or refused with a reason, in flat memory`, async () => {
  const rng = new Rng(42);
  const counts = { read: 0, refused: 0 };
  const memory: number[] = [];
  let slowestMs = 0;
  for (let index = 0; index < N_FILES; index += 1) {
    const bytes = mutatedBytes(anyFile(rng), index, rng, anyFile(rng));
    const start = performance.now();
    counts[outcomeOf(bytes)] += 1;
    slowestMs = Math.max(slowestMs, performance.now() - start);
    if (index % 200 === 199) memory.push(await usedBytes());
  }
  const growth = Math.max(...memory) - memory[0]!;
  console.log(
    `${counts.read} read, ${counts.refused} refused, slowest ${slowestMs.toFixed(0)} ms, memory grew by ${growth} bytes`,
  );
  expect(counts.read + counts.refused).toBe(N_FILES);
  // Neither is the exception: the damage is neither always deadly nor always harmless.
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(N_FILES / 20);
  expect(growth).toBeLessThan(8 * MEBIBYTE);
  expect(slowestMs).toBeLessThan(3_000);
});

function message(fill: (writer: WireWriter) => void): WireWriter {
  const writer = new WireWriter();
  fill(writer);
  return writer;
}

/** A file of about a mebibyte, made of as many of the smallest possible pieces as fit. */
function floodOf(fill: (graph: WireWriter) => void): Uint8Array {
  return message((model) => {
    model.integer(modelFields.irVersion, 8);
    model.message(modelFields.graph, message(fill));
  }).finish();
}

function nodeWith(fill: (node: WireWriter) => void): WireWriter {
  return message((node) => {
    node.string(nodeFields.op, 'O');
    fill(node);
  });
}

function attributeWith(fill: (attribute: WireWriter) => void): (node: WireWriter) => void {
  const attribute = message((writer) => {
    writer.string(attributeFields.name, 'a');
    fill(writer);
  });
  return (node) => node.message(nodeFields.attribute, attribute);
}

function repeat(times: number, action: (index: number) => void): void {
  for (let index = 0; index < times; index += 1) action(index);
}

const empty = new WireWriter();
const floods: [string, (graph: WireWriter) => void][] = [
  [
    'nodes',
    (graph) =>
      repeat(200_000, () =>
        graph.message(
          graphFields.node,
          nodeWith(() => undefined),
        ),
      ),
  ],
  [
    'integers of one byte',
    (graph) => {
      const ints = attributeWith((attribute) =>
        attribute.integers(attributeFields.ints, new Array<number>(1e6).fill(1)),
      );
      graph.message(graphFields.node, nodeWith(ints));
    },
  ],
  [
    'graphs inside one attribute',
    (graph) => {
      const graphs = attributeWith((attribute) => repeat(5e5, () => attribute.message(attributeFields.graphs, empty)));
      graph.message(graphFields.node, nodeWith(graphs));
    },
  ],
  [
    'names without a letter',
    (graph) =>
      graph.message(
        graphFields.node,
        nodeWith((node) => repeat(5e5, () => node.string(1, ''))),
      ),
  ],
  [
    'elements that are not packed',
    (graph) => {
      const tensor = message((writer) => {
        repeat(5e5, () => writer.integer(tensorFields.int64Data, 1));
        writer.integers(tensorFields.dims, [5e5]);
        writer.integer(tensorFields.elementType, 7);
        writer.string(tensorFields.name, 'w');
      });
      graph.message(graphFields.initialiser, tensor);
    },
  ],
  [
    'initialisers without elements',
    (graph) =>
      repeat(1e5, (index) => {
        const tensor = message((writer) => {
          writer.integers(tensorFields.dims, [0]);
          writer.integer(tensorFields.elementType, 1);
          writer.string(tensorFields.name, index.toString(36));
        });
        graph.message(graphFields.initialiser, tensor);
      }),
  ],
];

it.each(floods)('a flood of %s is refused before it takes 40 times the memory of its file', async (_, fill) => {
  const bytes = floodOf(fill);
  expect(bytes.length).toBeGreaterThan(MEBIBYTE / 2);
  expect(bytes.length).toBeLessThan(3 * MEBIBYTE);
  const before = await usedBytes();
  let kept: unknown;
  try {
    kept = readModel(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFormatError);
    kept = error;
  }
  expect((await usedBytes()) - before).toBeLessThan(40 * bytes.length);
  expect(kept).toBeDefined();
});

it('a node that thousands of chained nodes read, and that reads thousands, does not take quadratic time', () => {
  const wide = nodeWith((node) => {
    repeat(20_000, (index) => node.string(nodeFields.input, `s${index}`));
    node.string(nodeFields.output, 'wide');
  });
  const bytes = floodOf((graph) => {
    repeat(20_000, (index) => {
      const link = nodeWith((node) => {
        node.string(nodeFields.input, 'wide');
        node.string(nodeFields.input, `c${index + 1}`);
        node.string(nodeFields.output, `c${index}`);
      });
      graph.message(graphFields.node, link);
    });
    graph.message(graphFields.node, wide);
    repeat(20_000, (index) => {
      graph.message(
        graphFields.node,
        nodeWith((node) => node.string(nodeFields.output, `s${index}`)),
      );
    });
    graph.message(
      graphFields.node,
      nodeWith((node) => node.string(nodeFields.output, 'c20000')),
    );
  });
  const start = performance.now();
  const model = readModel(bytes, { structureBytes: 2 ** 28 });
  expect(model.graph.nodes).toHaveLength(40_002);
  expect(performance.now() - start).toBeLessThan(5_000);
});
