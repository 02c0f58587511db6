import { withInnerGraphs } from '../inner-graphs.js';
import type { Graph, OnnxModel } from '../model.js';

/** Applies a change to a model's graph and to each graph inside it, from the innermost outwards. */
export function inEveryGraph(model: OnnxModel, change: (graph: Graph) => Graph): OnnxModel {
  const visit = (graph: Graph): Graph =>
    change({ ...graph, nodes: graph.nodes.map((node) => withInnerGraphs(node, visit)) });
  return { ...model, graph: visit(model.graph) };
}
