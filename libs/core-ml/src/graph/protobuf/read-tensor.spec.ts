import { describe, expect, it } from 'vitest';
import { elementTypes, type ElementType } from '../model.js';
import { ModelFormatError } from '../model-format-error.js';
import { modelFields, graphFields, opsetFields, tensorFields } from './fields.js';
import { readModel } from './index.js';
import { WireWriter } from './wire-writer.js';
import { writeEntry } from './write-tensor.js';

/** Reads a tensor of the given fields as the one initialiser of a model. */
function read(elementType: ElementType, dims: readonly number[], fill: (writer: WireWriter) => void) {
  const tensor = new WireWriter();
  fill(tensor);
  tensor.integers(tensorFields.dims, dims);
  tensor.integer(tensorFields.elementType, elementTypes[elementType]);
  tensor.string(tensorFields.name, 'w');
  const graph = new WireWriter();
  graph.message(graphFields.initialiser, tensor);
  const opset = new WireWriter();
  opset.integer(opsetFields.version, 17);
  const model = new WireWriter();
  model.integer(modelFields.irVersion, 8);
  model.message(modelFields.opset, opset);
  model.message(modelFields.graph, graph);
  return readModel(model.finish()).graph.initialisers.get('w')?.content;
}

function bytesOf(elements: ArrayBufferView<ArrayBuffer>) {
  return { kind: 'bytes', bytes: new Uint8Array(elements.buffer) };
}

describe('elements in typed fields become little-endian bytes', () => {
  const cases: [ElementType, number, readonly (number | bigint)[], ArrayBufferView<ArrayBuffer>][] = [
    ['int32', tensorFields.int32Data, [1, -2, 2 ** 31 - 1, -(2 ** 31)], Int32Array.of(1, -2, 2 ** 31 - 1, -(2 ** 31))],
    ['int8', tensorFields.int32Data, [1, -128, 127], Int8Array.of(1, -128, 127)],
    ['uint8', tensorFields.int32Data, [0, 255, 128], Uint8Array.of(0, 255, 128)],
    ['bool', tensorFields.int32Data, [0, 1], Uint8Array.of(0, 1)],
    ['int16', tensorFields.int32Data, [-32768, 300], Int16Array.of(-32768, 300)],
    ['uint16', tensorFields.int32Data, [65535, 300], Uint16Array.of(65535, 300)],
    ['float16', tensorFields.int32Data, [0x3c00, 0xc000], Uint16Array.of(0x3c00, 0xc000)],
    ['bfloat16', tensorFields.int32Data, [0x3f80], Uint16Array.of(0x3f80)],
    ['float8e5m2', tensorFields.int32Data, [0x3c], Uint8Array.of(0x3c)],
    [
      'int64',
      tensorFields.int64Data,
      [-1n, 2n ** 63n - 1n, -(2n ** 63n)],
      BigInt64Array.of(-1n, 2n ** 63n - 1n, -(2n ** 63n)),
    ],
    ['uint64', tensorFields.uint64Data, [2n ** 64n - 1n, 5n], BigUint64Array.of(2n ** 64n - 1n, 5n)],
    ['uint32', tensorFields.uint64Data, [2 ** 32 - 1, 7], Uint32Array.of(2 ** 32 - 1, 7)],
  ];
  it.each(cases)('%s, packed, unpacked and mixed', (elementType, field, values, elements) => {
    const dims = [values.length];
    const expected = bytesOf(elements);
    expect(read(elementType, dims, (writer) => writer.integers(field, values))).toEqual(expected);
    expect(read(elementType, dims, (writer) => values.forEach((value) => writer.integer(field, value)))).toEqual(
      expected,
    );
    const mixed = (writer: WireWriter) => {
      writer.integer(field, values[0] ?? 0);
      writer.integers(field, values.slice(1));
    };
    expect(read(elementType, dims, mixed)).toEqual(expected);
  });

  it('int4, two in a byte, an odd number of them', () => {
    const content = read('int4', [3], (writer) => writer.integers(tensorFields.int32Data, [0x21, 0x03]));
    expect(content).toEqual({ kind: 'bytes', bytes: Uint8Array.of(0x21, 0x03) });
  });

  it('float32, packed in one piece, in two, and unpacked', () => {
    const expected = bytesOf(Float32Array.of(0.5, -1, 3e38));
    expect(read('float32', [3], (writer) => writer.floats(tensorFields.floatData, [0.5, -1, 3e38]))).toEqual(expected);
    const pieces = (writer: WireWriter) => {
      writer.floats(tensorFields.floatData, [0.5]);
      writer.floats(tensorFields.floatData, [-1, 3e38]);
    };
    expect(read('float32', [3], pieces)).toEqual(expected);
    const unpacked = (writer: WireWriter) => [0.5, -1, 3e38].forEach((x) => writer.float(tensorFields.floatData, x));
    expect(read('float32', [3], unpacked)).toEqual(expected);
  });

  it('complex64 as pairs of floats, float64 as doubles', () => {
    const pairs = read('complex64', [1], (writer) => writer.floats(tensorFields.floatData, [1, 2]));
    expect(pairs).toEqual(bytesOf(Float32Array.of(1, 2)));
    const doubles = Float64Array.of(Math.PI, -0);
    const content = read('float64', [2], (w) => w.bytes(tensorFields.doubleData, new Uint8Array(doubles.buffer)));
    expect(content).toEqual(bytesOf(doubles));
  });

  it('strings stay strings', () => {
    const content = read('string', [2], (writer) =>
      ['é', ''].forEach((s) => writer.string(tensorFields.stringData, s)),
    );
    expect(content).toEqual({ kind: 'strings', strings: ['é', ''] });
  });

  it('a tensor without elements needs no field', () => {
    expect(read('float32', [0, 4], () => undefined)).toEqual({ kind: 'bytes', bytes: new Uint8Array(0) });
  });
});

describe('tensors whose elements do not fit are refused', () => {
  const raw = (length: number) => (writer: WireWriter) => writer.bytes(tensorFields.rawData, new Uint8Array(length));
  const external = (entries: Record<string, string>) => (writer: WireWriter) => {
    for (const [key, value] of Object.entries(entries)) {
      writer.message(tensorFields.externalData, writeEntry(key, value));
    }
    writer.integer(tensorFields.dataLocation, 1);
  };
  const cases: [string, ElementType, readonly number[], (writer: WireWriter) => void, RegExp][] = [
    ['too few bytes', 'float32', [3], raw(11), /'w', float32 \[3\], needs 12 bytes and has 11/],
    ['too many bytes', 'int4', [3], raw(3), /needs 2 bytes and has 3/],
    ['no elements at all', 'float32', [3], () => undefined, /needs 12 bytes and has 0/],
    ['a negative length', 'float32', [-1], raw(0), /'w' has a negative length/],
    ['lengths beyond any memory', 'float32', [2 ** 40, 2 ** 40], raw(0), /'w' has too many elements/],
    [
      'another number of varints',
      'int64',
      [2],
      (w) => w.integers(tensorFields.int64Data, [1]),
      /another number of elements/,
    ],
    [
      'the wrong typed field',
      'int64',
      [1],
      (w) => w.integers(tensorFields.int32Data, [1]),
      /has its elements in field 5/,
    ],
    [
      'half a float',
      'float32',
      [1],
      (w) => w.bytes(tensorFields.floatData, new Uint8Array(3)),
      /whole values of 4 bytes/,
    ],
    ['too few strings', 'string', [2], (w) => w.string(tensorFields.stringData, 'a'), /has 1 strings/],
    ['no type', 'undefined', [1], raw(4), /'w' has no element type/],
    ['segments', 'float32', [1], (w) => w.bytes(tensorFields.segment, new Uint8Array(0)), /segments/],
    ['no place', 'float32', [1], external({}), /lies in '', which is no file/],
    ['a place above the model', 'float32', [1], external({ location: 'a/../../b' }), /no file beside the model/],
    ['an absolute place', 'float32', [1], external({ location: '/etc/passwd' }), /no file beside the model/],
    ['a drive', 'float32', [1], external({ location: 'C:\\weights' }), /no file beside the model/],
    ['an offset of words', 'float32', [1], external({ location: 'a', offset: '1e3' }), /unreadable offset/],
    [
      'another length outside',
      'float32',
      [1],
      external({ location: 'a', length: '8' }),
      /needs 4 bytes, its external data has 8/,
    ],
  ];
  it.each(cases)('%s', (_, elementType, dims, fill, message) => {
    expect(() => read(elementType, dims, fill)).toThrow(ModelFormatError);
    expect(() => read(elementType, dims, fill)).toThrow(message);
  });
});
