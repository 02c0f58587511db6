import { withInnerGraphs } from './inner-graphs.js';
import type { Attribute, Graph, GraphNode, OnnxModel, TensorData } from './model.js';

/** Where a constant stands: among a graph's initialisers under a name, or in a node's attribute of that name. */
export type TensorPlace = { readonly kind: 'initialiser' | 'attribute'; readonly name: string };

/** Gives another tensor for a constant, or the same one. */
export type TensorChange = (tensor: TensorData, place: TensorPlace) => TensorData;

/** The model with each constant replaced, in inner graphs and functions, too; what does not change is shared. */
export function mapTensors(model: OnnxModel, change: TensorChange): OnnxModel {
  const graph = inGraph(model.graph, change);
  if (model.functions === undefined) return graph === model.graph ? model : { ...model, graph };
  const functions = model.functions.map((definition) => ({
    ...definition,
    nodes: definition.nodes.map((node) => inNode(node, change)),
  }));
  return { ...model, graph, functions };
}

function inGraph(graph: Graph, change: TensorChange): Graph {
  let changed = false;
  const initialisers = new Map<string, TensorData>();
  for (const [name, tensor] of graph.initialisers) {
    const replaced = change(tensor, { kind: 'initialiser', name });
    changed ||= replaced !== tensor;
    initialisers.set(name, replaced);
  }
  const nodes = graph.nodes.map((node) => {
    const replaced = inNode(node, change);
    changed ||= replaced !== node;
    return replaced;
  });
  return changed ? { ...graph, initialisers, nodes } : graph;
}

function inNode(node: GraphNode, change: TensorChange): GraphNode {
  const outer = withInnerGraphs(node, (graph) => inGraph(graph, change));
  let attributes: Map<string, Attribute> | undefined;
  for (const [name, attribute] of outer.attributes) {
    const replaced = inAttribute(attribute, (tensor) => change(tensor, { kind: 'attribute', name }));
    if (replaced === attribute) continue;
    attributes ??= new Map(outer.attributes);
    attributes.set(name, replaced);
  }
  return attributes === undefined ? outer : { ...outer, attributes };
}

function inAttribute(attribute: Attribute, change: (tensor: TensorData) => TensorData): Attribute {
  if (attribute.kind === 'tensor') {
    const value = change(attribute.value);
    return value === attribute.value ? attribute : { kind: 'tensor', value };
  }
  if (attribute.kind !== 'tensors') return attribute;
  const value = attribute.value.map(change);
  return value.every((tensor, index) => tensor === attribute.value[index]) ? attribute : { kind: 'tensors', value };
}
