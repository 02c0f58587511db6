import { innerGraphs, ownNames, withInnerGraphs } from '../inner-graphs.js';
import type { Graph, GraphNode, NamedType, TensorType } from '../model.js';

/** Names of all values of a graph and of the graphs inside it. */
export function allNames(graph: Graph): Set<string> {
  const names = new Set(ownNames(graph));
  for (const node of graph.nodes) {
    for (const inner of innerGraphs(node)) for (const name of allNames(inner)) names.add(name);
  }
  return names;
}

/**
 * The graph with other names for its values and nodes, in inner graphs, too. An inner graph may read any value around
 * it, so one rule holds for all of them.
 * @param value gives a value's new name, or the same
 * @param node  gives a node's new name, or the same; nodes without a name keep none
 */
export function mapNames(
  graph: Graph,
  value: (name: string) => string,
  node: (name: string) => string = (name) => name,
): Graph {
  const optional = (name: string) => (name === '' ? '' : value(name));
  const renamed = ({ name, ...type }: NamedType) => ({ name: value(name), ...type });
  return {
    name: graph.name,
    nodes: graph.nodes.map((each): GraphNode => {
      const inner = withInnerGraphs(each, (innerGraph) => mapNames(innerGraph, value, node));
      const name = each.name === '' ? '' : node(each.name);
      return { ...inner, name, inputs: each.inputs.map(optional), outputs: each.outputs.map(optional) };
    }),
    initialisers: new Map([...graph.initialisers].map(([name, tensor]) => [value(name), tensor])),
    inputs: graph.inputs.map(renamed),
    outputs: graph.outputs.map(renamed),
    values: new Map([...graph.values].map(([name, type]) => [value(name), type])),
  };
}

/** A name like the wished one that is not taken; it is taken from then on. */
export function freshName(taken: Set<string>, wish: string): string {
  let name = wish;
  for (let count = 2; taken.has(name); count += 1) name = `${wish}_${count}`;
  taken.add(name);
  return name;
}

/** What a graph says of a value's type. */
export function typeIn(graph: Graph, name: string): TensorType | undefined {
  const end = [...graph.inputs, ...graph.outputs].find(
    (each) => each.name === name && each.elementType !== 'undefined',
  );
  if (end !== undefined) return { elementType: end.elementType, shape: end.shape };
  const constant = graph.initialisers.get(name);
  if (constant !== undefined) return { elementType: constant.elementType, shape: constant.dims };
  return graph.values.get(name);
}
