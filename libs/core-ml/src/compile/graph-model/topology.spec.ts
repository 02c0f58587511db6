import { describe, expect, it } from 'vitest';
import { SourceModelError, UnsupportedNetworkError } from '../errors.js';
import { compileTiny, int, modelOf, number, runTiny, type TinyGraph } from './tiny-graph.fixture.js';
import { inOrder, isGraphModel, parseTopology } from './topology.js';

type Node = Record<string, unknown>;
const described = (node: Node[], rest: Record<string, unknown> = {}): unknown => ({ modelTopology: { node }, ...rest });
const x: Node = { name: 'x', op: 'Placeholder', attr: {} };

describe('parseTopology', () => {
  it('takes placeholders and unread nodes where there is no signature', () => {
    const topology = parseTopology(
      described([
        x,
        { name: 'a', op: 'Relu', input: ['x'] },
        { name: 'b', op: 'Abs', input: ['a', '^x'] },
        { name: 'unread', op: 'Const' },
      ]),
    );
    expect(topology.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(topology.outputs.map(({ name }) => name)).toEqual(['b']);
    expect(topology.nodes.get('b')?.inputs).toEqual([{ node: 'a', index: 0 }]);
  });

  it('prefers the signature that was saved with the model by hand, and drops the :0 of its names', () => {
    const outputs = (name: string): unknown => ({ outputs: { [name]: { name: 'a:0' } } });
    const nodes = [x, { name: 'a', op: 'Relu', input: ['x'] }];
    const both = { signature: outputs('theirs'), userDefinedMetadata: { signature: outputs('ours:0') } };
    expect(parseTopology(described(nodes, both)).outputs[0]?.name).toBe('ours');
  });

  it.each<[string, unknown, RegExp]>([
    ['no topology', { modelTopology: {} }, /no TensorFlow.js graph model/],
    ['a node without a name', described([{ op: 'Relu' }]), /no name or no operator/],
    ['two nodes of one name', described([x, x]), /two nodes are called 'x'/],
    ['an input that does not exist', described([{ name: 'a', op: 'Relu', input: ['y:1'] }]), /'a' reads 'y'/],
    ['inputs that are no strings', described([{ name: 'a', op: 'Relu', input: [3] }]), /'a' is malformed/],
    ['nothing to compute', described([]), /no output/],
    ['a signature of nothing', described([x], { signature: { outputs: { y: { name: 'z:0' } } } }), /no node 'z'/],
    [
      'a length that is no number',
      described([x], { signature: { outputs: { x: { name: 'x', tensorShape: { dim: [{ size: 'many' }] } } } } }),
      /not a whole number/,
    ],
  ])('refuses %s', (_, description, message) => {
    expect(() => parseTopology(description)).toThrow(SourceModelError);
    expect(() => parseTopology(description)).toThrow(message);
  });

  it('tells a graph from a Keras model', () => {
    expect(isGraphModel(described([x]))).toBe(true);
    expect(isGraphModel({ modelTopology: { class_name: 'Sequential' } })).toBe(false);
    expect(isGraphModel([])).toBe(false);
  });
});

describe('inOrder', () => {
  it('puts each node after what it reads, in whatever order the file has them', () => {
    const topology = parseTopology(
      described([
        { name: 'c', op: 'Add', input: ['b', 'a'] },
        { name: 'b', op: 'Relu', input: ['a'] },
        { name: 'a', op: 'Relu', input: ['x'] },
        x,
      ]),
    );
    expect(inOrder(topology, [{ node: 'c', index: 0 }]).map(({ name }) => name)).toEqual(['x', 'a', 'b', 'c']);
  });

  it('refuses a graph that depends on itself', () => {
    const nodes = [
      { name: 'a', op: 'Relu', input: ['b'] },
      { name: 'b', op: 'Relu', input: ['a'] },
    ];
    const topology = parseTopology(described(nodes, { signature: { outputs: { a: { name: 'a' } } } }));
    expect(() => inOrder(topology, [{ node: 'a', index: 0 }])).toThrow("the node 'a' depends on itself");
  });

  it('follows chains of any length', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => ({
      name: `n${i}`,
      op: 'Relu',
      input: [i === 0 ? 'x' : `n${i - 1}`],
    }));
    expect(inOrder(parseTopology(described([x, ...chain])), [{ node: 'n19999', index: 0 }])).toHaveLength(20_001);
  });
});

describe('compileGraphModel', () => {
  const image = { x: { shape: [1, 2, 2, 1] } };

  it('names everything that it cannot compile in one error', () => {
    const graph: TinyGraph = {
      inputs: image,
      constants: { axes: number(1) },
      nodes: [
        ['a', 'FFT', ['x']],
        ['b', 'Relu', ['a']],
        ['c', 'FFT', ['b']],
        ['d', 'Lu', ['x']],
        ['e', 'MaxPool', ['x'], { ksize: { list: { i: ['2', '1', '1', '1'] } } }],
        ['y', 'AddN', ['c', 'd', 'e']],
      ],
    };
    expect(() => compileTiny(graph)).toThrow(UnsupportedNetworkError);
    expect(() => compileTiny(graph)).toThrow(
      "no converter for FFT (2 nodes, first 'a'); no converter for Lu ('d'); " +
        "MaxPool ('e'): ksize along the batch or the channels",
    );
  });

  it('does not mind operators that no output needs', () => {
    const graph: TinyGraph = {
      inputs: image,
      nodes: [
        ['never', 'FFT', ['x']],
        ['y', 'Relu', ['x']],
      ],
    };
    expect(compileTiny(graph).report.sourceOperators.has('FFT')).toBe(false);
  });

  it('refuses a constant without a weight', () => {
    const { description } = modelOf({ inputs: image, constants: { c: number(1) }, nodes: [['y', 'Add', ['x', 'c']]] });
    expect(description.weightsManifest[0]!.weights).toHaveLength(1);
    const graph: TinyGraph = {
      inputs: image,
      nodes: [
        ['c', 'Const', []],
        ['y', 'Add', ['x', 'c']],
      ],
    };
    expect(() => compileTiny(graph)).toThrow("there is no weight for the constant 'c'");
  });

  it('refuses an output that a node does not have', () => {
    const graph: TinyGraph = { inputs: image, nodes: [['y', 'Relu', ['x']]], outputs: ['y:3'] };
    expect(() => compileTiny(graph)).toThrow(/no output 3/);
  });

  it('makes inner tensors outputs on request, in the order of axes of TensorFlow', () => {
    const graph: TinyGraph = {
      inputs: { x: { shape: [1, 2, 3, 4] } },
      nodes: [
        ['a', 'Relu', ['x']],
        ['parts', 'Unpack', ['a'], { axis: int(1), num: int(2) }],
        ['y', 'Neg', ['parts:1']],
      ],
    };
    const outputsOf = (alsoOutput: string[] | 'all'): unknown[] =>
      compileTiny(graph, { alsoOutput }).model.graph.outputs.map(({ name, shape }) => [name, shape]);
    expect(outputsOf(['a', 'parts:1'])).toEqual([
      ['y', [1, 3, 4]],
      ['a', [1, 2, 3, 4]],
      ['parts:1', [1, 3, 4]],
    ]);
    expect(outputsOf('all')).toHaveLength(4);
    expect(() => outputsOf(['b'])).toThrow("the network computes no tensor 'b'");
  });

  it('keeps a batch of unknown size by name', async () => {
    const graph: TinyGraph = { inputs: { x: { shape: [5, 3], declared: [-1, 3] } }, nodes: [['y', 'Relu', ['x']]] };
    expect(compileTiny(graph).model.graph.outputs[0]?.shape).toEqual(['batch', 3]);
    expect((await runTiny(graph))['y']?.dims).toEqual([5, 3]);
  });

  it('gives images channels first on request', () => {
    const graph: TinyGraph = { inputs: { x: { shape: [1, 2, 3, 4] } }, nodes: [['y', 'Relu', ['x']]] };
    const { model, report } = compileTiny(graph, { inputLayout: 'NCHW', outputLayout: 'NCHW' });
    expect(model.graph.outputs[0]?.shape).toEqual([1, 4, 2, 3]);
    expect(report.nTransposes).toBe(0);
  });
});
