import type { Attribute, Graph, GraphNode, NamedType, OnnxModel, TensorData } from './model.js';

/** A model around a graph, with what a test does not care about. */
export function modelOf(graph: Partial<Graph>, rest: Partial<OnnxModel> = {}): OnnxModel {
  return {
    irVersion: 8,
    opsets: new Map([['', 17]]),
    producerName: '',
    producerVersion: '',
    metadata: new Map(),
    graph: graphOf('graph', graph),
    ...rest,
  };
}

export function graphOf(name: string, graph: Partial<Graph>): Graph {
  return { name, nodes: [], initialisers: new Map(), inputs: [], outputs: [], values: new Map(), ...graph };
}

/** A node of ONNX's own operators, called like its operator unless a name is given. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  name: string = op,
): GraphNode {
  return { name, op, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

export function floats(name: string, ...shape: NonNullable<NamedType['shape']>): NamedType {
  return { name, elementType: 'float32', shape };
}

/** A constant vector of float32. */
export function vector(...elements: number[]): TensorData {
  const bytes = new Uint8Array(Float32Array.from(elements).buffer);
  return { elementType: 'float32', dims: [elements.length], content: { kind: 'bytes', bytes } };
}

/** y = condition ? exp(x) + 1 : relu(x) + 1, both branches reading x of the graph around; both call the inner node 'work'. */
export function branchingModel(): OnnxModel {
  const branch = (op: string, prefix: string) =>
    graphOf(prefix, {
      nodes: [
        node(op, ['x'], [`${prefix}_inner`], {}, 'work'),
        node('Add', [`${prefix}_inner`, 'one'], [`${prefix}_y`]),
        node('Neg', ['x'], [`${prefix}_side`], {}, `${prefix} only`),
      ],
      outputs: [floats(`${prefix}_y`, 2)],
    });
  return modelOf({
    inputs: [{ name: 'condition', elementType: 'bool', shape: [1] }, floats('x', 2)],
    initialisers: new Map([['one', vector(1, 1)]]),
    nodes: [
      node('If', ['condition'], ['y'], {
        then_branch: { kind: 'graph', value: branch('Exp', 'then') },
        else_branch: { kind: 'graph', value: branch('Relu', 'else') },
      }),
    ],
    outputs: [floats('y', 2)],
  });
}
