import { describe, expect, it } from 'vitest';
import { ModelFormatError } from '../model-format-error.js';
import type { OnnxModel } from '../model.js';
import { writeModel } from '../protobuf/index.js';
import { plainValues, runModel, seededFeeds } from '../run-model.fixture.js';
import { branchingModel, floats, graphOf, modelOf, node, vector } from '../small-models.fixture.js';
import {
  cut,
  extend,
  GraphEditError,
  join,
  prefixNames,
  removeUnused,
  renameValues,
  topologicalSort,
} from './index.js';

/** y = relu(x) * w, z = -relu(x), in a graph with a node, a constant and types too many. */
function chainModel(): OnnxModel {
  return modelOf({
    inputs: [floats('x', 'n')],
    initialisers: new Map([
      ['w', vector(2, 3)],
      ['unused', vector(9)],
    ]),
    nodes: [
      node('Relu', ['x'], ['r'], {}, 'first'),
      node('Mul', ['r', 'w'], ['y'], {}, 'second'),
      node('Neg', ['r'], ['z'], {}, 'third'),
      node('Exp', ['z'], ['nobody'], {}, 'fourth'),
    ],
    outputs: [floats('y', 2), floats('z', 'n')],
    values: new Map([['r', { elementType: 'float32', shape: ['n'] }]]),
  });
}

async function run(model: OnnxModel, lengths: Record<string, number> = {}) {
  const feeds = seededFeeds(model, (length) => (typeof length === 'number' ? length : (lengths[`${length}`] ?? 2)));
  return plainValues(await runModel(writeModel(model), feeds));
}

describe('renaming', () => {
  it('changes inputs, outputs, weights and inner values, and nothing that is computed', async () => {
    const names = { x: 'pixels', y: 'scores', w: 'weights', r: 'y' };
    const renamed = renameValues(chainModel(), new Map(Object.entries(names)));
    expect(renamed.graph.inputs[0]?.name).toBe('pixels');
    expect(renamed.graph.values.has('y')).toBe(true);
    const [before, after] = [await run(chainModel()), await run(renamed)];
    expect(after).toEqual({ scores: before['y'], z: before['z'] });
  });

  it('reaches what branches read of the graph around them', async () => {
    const renamed = renameValues(
      branchingModel(),
      new Map([
        ['x', 'given'],
        ['then_inner', 'inside'],
      ]),
    );
    expect(await run(renamed)).toEqual(await run(branchingModel()));
  });

  it.each([
    ['a name that is not there', { q: 'a' }, /no value 'q'/],
    ['a name that is taken', { x: 'w' }, /'x' cannot be called 'w'/],
    ['a name that is taken inside a branch', { x: 'then_inner' }, /cannot be called/],
    ['one name for two values', { x: 'a', y: 'a' }, /'y' cannot be called 'a'/],
    ['no name', { x: '' }, /not empty/],
  ])('refuses %s', (_, names, reason) => {
    const model = 'y' in names || !Object.values(names).includes('then_inner') ? chainModel() : branchingModel();
    expect(() => renameValues(model, new Map(Object.entries(names)))).toThrow(GraphEditError);
    expect(() => renameValues(model, new Map(Object.entries(names)))).toThrow(reason);
  });

  it('by a prefix leaves out those that keep their names', async () => {
    const prefixed = prefixNames(branchingModel(), 'a/', ['x', 'y']);
    expect(prefixed.graph.inputs.map(({ name }) => name)).toEqual(['a/condition', 'x']);
    expect(prefixed.graph.nodes[0]?.name).toBe('a/If');
    expect(await run(prefixed)).toEqual(await run(branchingModel()));
    expect(() => prefixNames(chainModel(), 'a/', ['q'])).toThrow(/no value 'q'/);
  });
});

describe('removing what is unused', () => {
  it('keeps what the outputs need, and nothing else', async () => {
    const smaller = removeUnused(chainModel());
    expect(smaller.graph.nodes.map(({ name }) => name)).toEqual(['first', 'second', 'third']);
    expect([...smaller.graph.initialisers.keys()]).toEqual(['w']);
    expect(await run(smaller)).toEqual(await run(chainModel()));
  });

  it('looks into branches, and keeps what they read of the graph around', async () => {
    const smaller = removeUnused(branchingModel());
    const branch = smaller.graph.nodes[0]?.attributes.get('then_branch');
    expect(branch?.kind === 'graph' && branch.value.nodes.map(({ op }) => op)).toEqual(['Exp', 'Add']);
    expect(smaller.graph.initialisers.has('one')).toBe(true);
    expect(await run(smaller)).toEqual(await run(branchingModel()));
  });

  it('keeps functions that are called, also by functions', () => {
    const definition = (name: string, op: string) => {
      const call = { ...node(op, ['a'], ['b']), domain: op === 'Neg' ? '' : 'own' };
      const maps = { opsets: new Map([['own', 1]]), defaults: new Map(), values: new Map() };
      return { domain: 'own', name, inputs: ['a'], outputs: ['b'], attributes: [], nodes: [call], ...maps };
    };
    const functions = [definition('Outer', 'Inner'), definition('Inner', 'Neg'), definition('Idle', 'Inner')];
    const call = { ...node('Outer', ['x'], ['y']), domain: 'own' };
    const model = modelOf({ inputs: [floats('x', 1)], nodes: [call], outputs: [floats('y', 1)] }, { functions });
    expect(removeUnused(model).functions?.map(({ name }) => name)).toEqual(['Outer', 'Inner']);
  });
});

describe('cutting', () => {
  it('takes the part between inner values', async () => {
    const part = cut(chainModel(), { inputs: ['r'], outputs: ['y'] });
    expect(part.graph.inputs).toEqual([{ name: 'r', elementType: 'float32', shape: ['n'] }]);
    expect(part.graph.nodes.map(({ op }) => op)).toEqual(['Mul']);
    const feeds = seededFeeds(part, () => 2);
    const { y } = plainValues(await runModel(writeModel(part), feeds));
    const r = Array.from(feeds['r']?.data as Float32Array);
    expect(y?.data).toEqual([Math.fround((r[0] ?? 0) * 2), Math.fround((r[1] ?? 0) * 3)]);
  });

  it('makes an inner value an output without knowing its type', async () => {
    const model = { ...chainModel(), graph: { ...chainModel().graph, values: new Map() } };
    const part = cut(model, { inputs: ['x'], outputs: ['r'] });
    expect(part.graph.outputs[0]?.elementType).toBe('undefined');
    expect((await run(part))['r']?.data).toHaveLength(2);
  });

  it('may turn a weight into an input', async () => {
    const part = cut(chainModel(), { inputs: ['x', 'w'], outputs: ['y'] });
    expect(part.graph.initialisers.size).toBe(0);
    expect(part.graph.inputs.map(({ name }) => name)).toEqual(['x', 'w']);
    expect((await run(part))['y']?.dims).toEqual([2]);
  });

  it('leaves a node that gives one value from inside and one that now comes from outside', async () => {
    const sizes = { ...vector(), elementType: 'int64' as const, dims: [2] };
    const content = { kind: 'bytes' as const, bytes: new Uint8Array(BigInt64Array.of(1n, 1n).buffer) };
    const model = modelOf({
      inputs: [floats('x', 2)],
      initialisers: new Map([['sizes', { ...sizes, content }]]),
      nodes: [node('Split', ['x', 'sizes'], ['a', 'b']), node('Add', ['a', 'b'], ['y'])],
      outputs: [floats('y', 1)],
    });
    const part = cut(model, { inputs: ['x', floats('a', 1)], outputs: ['y'] });
    expect(part.graph.nodes[0]?.outputs).toEqual(['a_uncut', 'b']);
    expect((await run(part))['y']?.dims).toEqual([1]);
  });

  it.each([
    ['a value that is not there', ['x'], ['q'], /no value 'q'/],
    ['an input whose type is not known', ['nobody'], ['nobody'], /type of 'nobody' is not known/],
    ['outputs that need more', ['w'], ['y'], /also need the model's inputs 'x'/],
  ])('refuses %s', (_, inputs, outputs, reason) => {
    expect(() => cut(chainModel(), { inputs, outputs })).toThrow(GraphEditError);
    expect(() => cut(chainModel(), { inputs, outputs })).toThrow(reason);
  });
});

describe('joining', () => {
  it('lets the second model read what the first gives', async () => {
    const whole = join(chainModel(), prefixNames(chainModel(), 'b/'), new Map([['b/x', 'y']]));
    expect(whole.graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(whole.graph.outputs.map(({ name }) => name)).toEqual(['z', 'b/y', 'b/z']);
    const first = await run(chainModel());
    expect((await run(whole))['b/y']?.data).toEqual(
      first['y']?.data.map((value, index) => Math.fround(value * (index === 0 ? 2 : 3))),
    );
  });

  it('keeps outputs that are asked for', () => {
    const whole = join(chainModel(), prefixNames(chainModel(), 'b/'), new Map([['b/x', 'y']]), { keepOutputs: ['y'] });
    expect(whole.graph.outputs.map(({ name }) => name)).toEqual(['y', 'z', 'b/y', 'b/z']);
  });

  it('overlooks versions of operator sets that one of the models does not use', () => {
    const second = prefixNames(chainModel(), 'b/');
    const opsets = (ml: number) =>
      new Map([
        ['', 17],
        ['ai.onnx.ml', ml],
      ]);
    const whole = join({ ...chainModel(), opsets: opsets(2) }, { ...second, opsets: opsets(3) }, new Map());
    expect(whole.opsets.get('')).toBe(17);
  });

  it.each<[string, OnnxModel, Record<string, string>, RegExp]>([
    ['names of both', chainModel(), {}, /Both models have a value 'x'/],
    ['an input that is not there', chainModel(), { q: 'y' }, /second model has no input 'q'/],
    ['an output that is not there', prefixNames(chainModel(), 'b/'), { 'b/x': 'q' }, /first model has no output 'q'/],
    ['other versions', { ...prefixNames(chainModel(), 'b/'), opsets: new Map([['', 13]]) }, {}, /versions 17 and 13/],
    ['other types', branchingModel(), { condition: 'y' }, /'y', float32 \[2\], does not fit 'condition', bool \[1\]/],
    ['other lengths', modelOf({ inputs: [floats('v', 3)] }), { v: 'y' }, /float32 \[2\], does not fit/],
  ])('refuses %s', (_, second, connections, reason) => {
    const attempt = () => join(chainModel(), second, new Map(Object.entries(connections)));
    expect(attempt).toThrow(GraphEditError);
    expect(attempt).toThrow(reason);
  });
});

describe('extending', () => {
  it('adds nodes, constants, inputs and outputs', async () => {
    const larger = extend(chainModel(), {
      nodes: [node('Mul', ['scaled', 'half'], ['end']), node('Add', ['y', 'more'], ['scaled'])],
      initialisers: new Map([['half', vector(0.5)]]),
      inputs: [floats('more', 1)],
      outputs: [floats('end', 2)],
    });
    const { y, end } = await run(larger);
    expect(end?.data).not.toEqual(y?.data);
    expect(larger.graph.nodes.map(({ op }) => op)).toEqual(['Relu', 'Mul', 'Neg', 'Exp', 'Add', 'Mul']);
  });

  it.each([
    ['a name that is taken', { nodes: [node('Neg', ['x'], ['r'])] }, GraphEditError, /'r' already/],
    ['an output that is one', { outputs: [floats('y', 2)] }, GraphEditError, /'y' is an output already/],
    [
      'an output of nothing',
      { outputs: [floats('q', 2)] },
      ModelFormatError,
      /'q' of graph 'graph' is given by nothing/,
    ],
    ['a node that reads nothing', { nodes: [node('Neg', ['q'], ['v'])] }, ModelFormatError, /reads 'q'/],
  ])('refuses %s', (_, extension, kind, reason) => {
    expect(() => extend(chainModel(), extension)).toThrow(kind);
    expect(() => extend(chainModel(), extension)).toThrow(reason);
  });
});

describe('sorting', () => {
  it('keeps an order that is right, and makes one otherwise, in branches, too', () => {
    const { graph } = chainModel();
    expect(topologicalSort(graph)).toEqual(graph);
    const inner = graphOf('inner', { nodes: [...graph.nodes].reverse() });
    const outer = graphOf('outer', { nodes: [node('If', [], [], { b: { kind: 'graph', value: inner } })] });
    const sorted = topologicalSort(outer).nodes[0]?.attributes.get('b');
    const names = sorted?.kind === 'graph' ? sorted.value.nodes.map(({ name }) => name) : [];
    expect(names.indexOf('first')).toBeLessThan(names.indexOf('second'));
    expect(names.indexOf('third')).toBeLessThan(names.indexOf('fourth'));
  });

  it('does not end with the call stack on long chains', () => {
    const nodes = Array.from({ length: 50_000 }, (_, index) => node('Neg', [`v${index}`], [`v${index + 1}`])).reverse();
    expect(topologicalSort(graphOf('long', { nodes })).nodes[0]?.inputs).toEqual(['v0']);
  });
});
