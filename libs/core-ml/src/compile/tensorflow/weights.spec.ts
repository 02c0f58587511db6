import '@tensorflow/tfjs-backend-cpu';
import { io } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { SourceModelError } from '../errors.js';
import { parseWeightsManifest, type WeightEntry } from './manifest.js';
import { readWeights } from './weights.js';

const entries: WeightEntry[] = [
  { name: 'plain', shape: [2, 2], dtype: 'float32' },
  { name: 'odd', shape: [3], dtype: 'bool' },
  { name: 'half', shape: [9], dtype: 'float32', quantization: { dtype: 'float16' } },
  { name: 'byte', shape: [4], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.013, min: -1.5 } },
  { name: 'short', shape: [], dtype: 'float32', quantization: { dtype: 'uint16', scale: 1e-4, min: 0 } },
  { name: 'whole', shape: [2], dtype: 'int32', quantization: { dtype: 'uint8', scale: 2.5, min: -3 } },
  { name: 'words', shape: [2], dtype: 'string' },
  { name: 'count', shape: [1], dtype: 'int32' },
];
/** One, minus two, the smallest and largest subnormal, the smallest normal, the largest, both zeros, infinity. */
const halves = [0x3c00, 0xc000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x0000, 0x8000, 0x7c00];
const words = ['grüße', ''].map((word) => Buffer.from(word));
const file = Buffer.concat([
  Buffer.from(new Float32Array([1, -2.5, 3e-9, Infinity]).buffer),
  Buffer.from([1, 0, 1]),
  Buffer.from(new Uint16Array(halves).buffer),
  Buffer.from([0, 1, 128, 255]),
  Buffer.from(new Uint16Array([54321]).buffer),
  Buffer.from([1, 254]),
  ...words.flatMap((word) => [Buffer.from(new Uint32Array([word.length]).buffer), word]),
  Buffer.from(new Int32Array([-7]).buffer),
]);

function numbersOf(name: string, shards = [file]): number[] | readonly string[] {
  const paths = shards.map((_, index) => `shard${index}`);
  const groups = parseWeightsManifest([{ paths, weights: entries }]);
  const tensor = readWeights(groups, (path) => shards[paths.indexOf(path)]!).get(name)!;
  if (tensor.content.kind === 'strings') return tensor.content.strings;
  if (tensor.content.kind !== 'bytes') throw new Error('external');
  const { buffer } = new Uint8Array(tensor.content.bytes);
  if (tensor.elementType === 'float32') return [...new Float32Array(buffer)];
  return [...(tensor.elementType === 'int32' ? new Int32Array(buffer) : new Uint8Array(buffer))];
}

describe('readWeights', () => {
  const reference = io.decodeWeights(
    new Uint8Array(file).buffer,
    entries.filter(({ dtype }) => dtype !== 'uint8') as io.WeightsManifestEntry[],
  );

  it.each(entries.filter(({ dtype }) => dtype !== 'string').map(({ name }) => name))(
    "reads '%s' as TensorFlow.js does",
    (name) => {
      expect(numbersOf(name)).toEqual([...reference[name]!.dataSync()]);
    },
  );

  it('reads strings', () => {
    expect(numbersOf('words')).toEqual(['grüße', '']);
  });

  it('reads a weight that crosses from one file into the next', () => {
    const cut = [file.subarray(0, 5), file.subarray(5, 27), file.subarray(27)];
    for (const { name } of entries) expect(numbersOf(name, cut)).toEqual(numbersOf(name));
  });

  it('refuses files that are shorter or longer than the manifest says', () => {
    expect(() => numbersOf('plain', [file.subarray(0, file.length - 1)])).toThrow(SourceModelError);
    expect(() => numbersOf('plain', [file.subarray(0, 50)])).toThrow(/cut off|ends at byte/);
    expect(() => numbersOf('plain', [file, Buffer.alloc(1)])).toThrow(/hold \d+ bytes, the manifest describes \d+/);
  });

  it('refuses a name that occurs twice', () => {
    const weights = [entries[0]!, entries[0]!];
    expect(() => readWeights([{ paths: ['a'], weights }], () => new Uint8Array(32))).toThrow(/occurs twice/);
  });
});

describe('parseWeightsManifest', () => {
  const withWeight = (weight: unknown) => () => parseWeightsManifest([{ paths: ['a'], weights: [weight] }]);

  it.each([
    ['no list', () => parseWeightsManifest({}), /not a list/],
    ['no paths', () => parseWeightsManifest([{ weights: [] }]), /group 0: expected/],
    ['no name', withWeight({ shape: [], dtype: 'float32' }), /no name/],
    ['a negative length', withWeight({ name: 'w', shape: [-1], dtype: 'float32' }), /'w': the shape/],
    ['complex numbers', withWeight({ name: 'w', shape: [], dtype: 'complex64' }), /'w': unsupported element type/],
    ['no scale', withWeight({ name: 'w', shape: [], dtype: 'float32', quantization: { dtype: 'uint8' } }), /scale/],
    [
      'int8',
      withWeight({ name: 'w', shape: [], dtype: 'float32', quantization: { dtype: 'int8' } }),
      /unsupported quant/,
    ],
  ])('refuses %s', (_, parse, message) => {
    expect(parse).toThrow(SourceModelError);
    expect(parse).toThrow(message);
  });

  it('refuses a shape whose product is no count', () => {
    const weights = parseWeightsManifest([
      { paths: ['a'], weights: [{ name: 'w', shape: [2 ** 30, 2 ** 30], dtype: 'float32' }] },
    ]);
    expect(() => readWeights(weights, () => new Uint8Array(8))).toThrow(/too large/);
  });
});
