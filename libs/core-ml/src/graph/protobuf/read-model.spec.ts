import { describe, expect, it } from 'vitest';
import { ModelFormatError } from '../model-format-error.js';
import type { Attribute } from '../model.js';
import { floats, graphOf, modelOf, node } from '../small-models.fixture.js';
import {
  attributeFields,
  graphFields,
  modelFields,
  nodeFields,
  opsetFields,
  typeFields,
  valueFields,
} from './fields.js';
import { readModel, writeModel } from './index.js';
import { WireWriter } from './wire-writer.js';

type Fill = (writer: WireWriter) => void;

function message(fill: Fill): WireWriter {
  const writer = new WireWriter();
  fill(writer);
  return writer;
}

/** A model file whose graph has the given fields. */
function fileOf(graph: Fill, rest: Fill = () => undefined): Uint8Array {
  return message((model) => {
    model.integer(modelFields.irVersion, 8);
    model.message(
      modelFields.opset,
      message((opset) => opset.integer(opsetFields.version, 17)),
    );
    model.message(modelFields.graph, message(graph));
    rest(model);
  }).finish();
}

function readAttribute(fill: Fill): Attribute | undefined {
  const attribute = message((writer) => {
    writer.string(attributeFields.name, 'a');
    fill(writer);
  });
  const only = message((writer) => {
    writer.string(nodeFields.op, 'Op');
    writer.message(nodeFields.attribute, attribute);
  });
  return readModel(fileOf((graph) => graph.message(graphFields.node, only))).graph.nodes[0]?.attributes.get('a');
}

function errorOf(bytes: Uint8Array): ModelFormatError {
  try {
    readModel(bytes);
  } catch (error) {
    if (error instanceof ModelFormatError) return error;
    throw error;
  }
  throw new Error('This was read.');
}

describe('attributes', () => {
  it('take their kind from the one value where the file is older than the statement', () => {
    expect(readAttribute((w) => w.integer(attributeFields.int, -3))).toEqual({ kind: 'int', value: -3n });
    expect(readAttribute((w) => w.string(attributeFields.strings, 'x'))).toEqual({ kind: 'strings', value: ['x'] });
  });

  it('are zero or empty where a writer of proto3 leaves the value out', () => {
    const stated = (kind: number) => readAttribute((w) => w.integer(attributeFields.kind, kind));
    expect(stated(1)).toEqual({ kind: 'float', value: 0 });
    expect(stated(2)).toEqual({ kind: 'int', value: 0n });
    expect(stated(3)).toEqual({ kind: 'string', value: '' });
    expect(stated(7)).toEqual({ kind: 'ints', value: [] });
  });

  it('may come unpacked', () => {
    const ints = (w: WireWriter) => [1n, -(2n ** 63n)].forEach((value) => w.integer(attributeFields.ints, value));
    expect(readAttribute(ints)).toEqual({ kind: 'ints', value: [1n, -(2n ** 63n)] });
    const unpacked = (w: WireWriter) => [0.5, Infinity].forEach((value) => w.float(attributeFields.floats, value));
    expect(readAttribute(unpacked)).toEqual({ kind: 'floats', value: [0.5, Infinity] });
  });

  it.each<[string, Fill, RegExp]>([
    ['sparse tensors', (w) => w.integer(attributeFields.kind, 11), /'a' is a sparse tensor, which is not read/],
    ['sparse tensors not stated', (w) => w.bytes(attributeFields.sparseTensor, new Uint8Array()), /is a sparse tensor/],
    ['types', (w) => w.integer(attributeFields.kind, 13), /'a' is a type, which is not read/],
    ['unknown kinds', (w) => w.integer(attributeFields.kind, 77), /unknown kind 77/],
    ['no value', () => undefined, /'a' has no clear value/],
    ['a graph that is missing', (w) => w.integer(attributeFields.kind, 5), /'a' lacks its graph/],
    ['bytes that are no text', (w) => w.bytes(attributeFields.string, Uint8Array.of(0xc3)), /field 4 is not UTF-8/],
  ])('refuse %s', (_, fill, reason) => {
    expect(() => readAttribute(fill)).toThrow(reason);
  });
});

describe('fields that are not known', () => {
  it('are passed over, groups included', () => {
    const bytes = fileOf((graph) => {
      graph.string(10, 'documentation');
      graph.integer(900, 2n ** 64n - 1n);
      graph.float(901, 1);
      graph.string(2, 'name');
    });
    expect(readModel(bytes).graph.name).toBe('name');
    // Field 1000: a group that holds a varint and a group of the same number.
    const group = Uint8Array.of(0xc3, 0x3e, 0x08, 0x01, 0xc3, 0x3e, 0xc4, 0x3e, 0xc4, 0x3e);
    expect(readModel(Uint8Array.of(...bytes, ...group)).graph.name).toBe('name');
    expect(errorOf(Uint8Array.of(...bytes, ...group.subarray(0, 8))).reason).toMatch(/within a group/);
    expect(errorOf(Uint8Array.of(...bytes, 0xc4, 0x3e)).reason).toMatch(/a group ends that did not begin/);
  });

  it('that mean something we cannot keep are refused', () => {
    expect(errorOf(fileOf((g) => g.bytes(graphFields.sparseInitialiser, new Uint8Array()))).reason).toMatch(/sparse/);
    const sequence = message((type) => type.bytes(typeFields.sequence, new Uint8Array()));
    const output = message((value) => {
      value.string(valueFields.name, 'probabilities');
      value.message(valueFields.type, sequence);
    });
    expect(errorOf(fileOf((graph) => graph.message(graphFields.output, output))).reason).toMatch(
      /'probabilities' is a sequence; only tensors go in and out/,
    );
    expect(readModel(fileOf((graph) => graph.message(graphFields.value, output))).graph.values.size).toBe(0);
  });
});

describe('bytes that are not a model', () => {
  it.each<[string, Uint8Array, number, RegExp]>([
    ['nothing', new Uint8Array(), 0, /no bytes/],
    [
      'a web page',
      new TextEncoder().encode('<!DOCTYPE html>'),
      1,
      /field 7 is the end of a group where a length and bytes belongs/,
    ],
    [
      'a length beyond the end',
      Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07),
      1,
      /should be 2147483647 bytes long/,
    ],
    [
      'a length beyond any memory',
      Uint8Array.of(0x3a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
      1,
      /bytes long/,
    ],
    ['a number without end', new Uint8Array(20).fill(0xff), 0, /more than ten bytes/],
    ['half a number', Uint8Array.of(0x08, 0x80), 1, /end within a number/],
    ['field 0', Uint8Array.of(0x00), 0, /no field 0/],
    ['an unknown layout', Uint8Array.of(0x0f), 0, /unknown layout 7/],
    ['a graph that is a number', Uint8Array.of(0x38, 0x01), 1, /field 7 is a varint where a length and bytes belongs/],
    ['no version', Uint8Array.of(0x3a, 0x00), 2, /no IR version/],
    ['no graph', Uint8Array.of(0x08, 0x08), 2, /no graph/],
    [
      'two graphs',
      fileOf(
        () => undefined,
        (w) => w.bytes(modelFields.graph, new Uint8Array()),
      ),
      9,
      /more than one graph/,
    ],
  ])('%s', (_, bytes, position, reason) => {
    const error = errorOf(bytes);
    expect(error.reason).toMatch(reason);
    expect(error.position).toBe(position);
    expect(error.message).toContain(`byte ${position}: `);
  });

  it('are refused with the place in the model', () => {
    const bad = message((writer) => {
      writer.string(nodeFields.op, 'Op');
      writer.bytes(nodeFields.attribute, new Uint8Array());
    });
    const bytes = fileOf((graph) => {
      graph.message(
        graphFields.node,
        message((writer) => writer.string(nodeFields.op, 'Op')),
      );
      graph.message(graphFields.node, bad);
    });
    expect(errorOf(bytes).reason).toBe('an attribute has no name (in model > graph > node 1 > attribute 0)');
  });
});

describe('operator sets', () => {
  const opset = (domain: string, version: number) =>
    message((writer) => {
      writer.nonEmpty(opsetFields.domain, domain);
      writer.integer(opsetFields.version, version);
    });
  const fileWith = (...opsets: WireWriter[]) =>
    fileOf(
      () => undefined,
      (model) => opsets.forEach((each) => model.message(modelFields.opset, each)),
    );

  it('may be stated twice, and under both names of ONNX', () => {
    const { opsets } = readModel(fileWith(opset('ai.onnx', 17), opset('own', 1), opset('own', 1)));
    expect([...opsets]).toEqual([
      ['', 17],
      ['own', 1],
    ]);
  });

  it('in two versions, or in none, are refused', () => {
    expect(errorOf(fileWith(opset('ai.onnx', 18))).reason).toMatch(/operator set '' is there in two versions/);
    expect(errorOf(fileWith(opset('own', 0))).reason).toMatch(/operator set 'own' has the version 0/);
  });
});

describe('limits', () => {
  it('stop at graphs nested too deep', () => {
    let inner = graphOf('innermost', {});
    for (let depth = 0; depth < 40; depth += 1) {
      inner = graphOf('g', { nodes: [node('If', [], [], { b: { kind: 'graph', value: inner } })] });
    }
    expect(errorOf(writeModel(modelOf(inner))).reason).toMatch(/nested more than 32 deep/);
  });

  it('stop at more structure than allowed, long before the memory ends', () => {
    const bytes = writeModel(modelOf({ nodes: Array.from({ length: 5_000 }, () => node('Op', [], [])) }));
    expect(readModel(bytes).graph.nodes).toHaveLength(5_000);
    expect(() => readModel(bytes, { structureBytes: 1e6 })).toThrow(
      /more nodes, names and numbers than the reader accepts/,
    );
  });
});

describe('rules of a graph', () => {
  const x = floats('x', 1);
  it.each<[string, Parameters<typeof modelOf>[0], RegExp]>([
    [
      'a value that nothing gives',
      { nodes: [node('Relu', ['z'], ['y'])] },
      /node 'Relu' \(Relu\) reads 'z', which nothing gives/,
    ],
    ['an output that nothing gives', { outputs: [x] }, /output 'x' of graph 'graph' is given by nothing/],
    [
      'a value given twice',
      { inputs: [x], nodes: [node('A', ['x'], ['y']), node('B', ['x'], ['y'])] },
      /value 'y' is given twice/,
    ],
    ['two inputs of one name', { inputs: [x, x] }, /value 'x' is given twice in graph 'graph'/],
    ['a circle', { nodes: [node('A', ['b'], ['a']), node('B', ['a'], ['b'])] }, /what it gives itself/],
    ['an input of no type', { inputs: [{ ...x, elementType: 'undefined' }] }, /input 'x' has no element type/],
  ])('%s', (_, graph, reason) => {
    expect(errorOf(writeModel(modelOf(graph))).reason).toMatch(reason);
  });

  it('nodes out of order are put in order', () => {
    const nodes = [node('C', ['b'], ['c']), node('B', ['a'], ['b']), node('A', ['x'], ['a'])];
    const read = readModel(writeModel(modelOf({ inputs: [x], nodes, outputs: [floats('c', 1)] })));
    expect(read.graph.nodes.map(({ op }) => op)).toEqual(['A', 'B', 'C']);
  });

  it('branches may read what is given before their node, not after', () => {
    const branch = graphOf('branch', { nodes: [node('Relu', ['late'], ['r'])], outputs: [floats('r', 1)] });
    const choose = node('If', ['x'], ['y'], { then_branch: { kind: 'graph', value: branch } });
    const late = node('Neg', ['x'], ['late']);
    const read = readModel(writeModel(modelOf({ inputs: [x], nodes: [choose, late], outputs: [floats('y', 1)] })));
    expect(read.graph.nodes.map(({ op }) => op)).toEqual(['Neg', 'If']);
    expect(errorOf(writeModel(modelOf({ inputs: [x], nodes: [choose] }))).reason).toMatch(
      /reads 'late', which nothing gives/,
    );
  });
});
