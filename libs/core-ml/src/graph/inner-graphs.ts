import type { Attribute, Graph, GraphNode } from './model.js';

/** The graphs in a node's attributes: the branches of an If, the body of a Loop or Scan. */
export function innerGraphs(node: GraphNode): readonly Graph[] {
  const graphs: Graph[] = [];
  for (const attribute of node.attributes.values()) {
    if (attribute.kind === 'graph') graphs.push(attribute.value);
    else if (attribute.kind === 'graphs') for (const graph of attribute.value) graphs.push(graph);
  }
  return graphs;
}

/** The node with each of its inner graphs replaced; the same node where none changed. */
export function withInnerGraphs(node: GraphNode, change: (graph: Graph, attribute: string) => Graph): GraphNode {
  let attributes: Map<string, Attribute> | undefined;
  for (const [name, attribute] of node.attributes) {
    const changed = changedAttribute(attribute, (graph) => change(graph, name));
    if (changed === attribute) continue;
    attributes ??= new Map(node.attributes);
    attributes.set(name, changed);
  }
  return attributes === undefined ? node : { ...node, attributes };
}

function changedAttribute(attribute: Attribute, change: (graph: Graph) => Graph): Attribute {
  if (attribute.kind === 'graph') {
    const value = change(attribute.value);
    return value === attribute.value ? attribute : { kind: 'graph', value };
  }
  if (attribute.kind === 'graphs') {
    const value = attribute.value.map(change);
    return value.every((graph, index) => graph === attribute.value[index]) ? attribute : { kind: 'graphs', value };
  }
  return attribute;
}

/** Names of values that a node reads: its inputs, and what its inner graphs read of the graphs around them. */
export function readsOf(node: GraphNode): ReadonlySet<string> {
  const reads = new Set(node.inputs);
  for (const graph of innerGraphs(node)) for (const name of outerReads(graph)) reads.add(name);
  reads.delete('');
  return reads;
}

/** Names of values that an inner graph reads and does not give itself. */
export function outerReads(graph: Graph): ReadonlySet<string> {
  const reads = new Set<string>();
  for (const node of graph.nodes) for (const name of readsOf(node)) reads.add(name);
  for (const output of graph.outputs) reads.add(output.name);
  for (const name of ownNames(graph)) reads.delete(name);
  return reads;
}

/** Names of the values that a graph itself gives: inputs, initialisers, outputs of its nodes. */
export function ownNames(graph: Graph): ReadonlySet<string> {
  const names = new Set(graph.initialisers.keys());
  for (const input of graph.inputs) names.add(input.name);
  for (const node of graph.nodes) for (const output of node.outputs) names.add(output);
  names.delete('');
  return names;
}

/** How a node is called in messages: by name and operator. */
export function nodeTitle(node: GraphNode): string {
  if (node.name !== '') return `'${node.name}' (${node.op})`;
  return node.outputs[0] === undefined ? node.op : `${node.op} that gives '${node.outputs[0]}'`;
}
