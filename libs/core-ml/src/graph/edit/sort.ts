import { withInnerGraphs } from '../inner-graphs.js';
import type { Graph } from '../model.js';
import { nodesInOrder } from '../node-order.js';

/**
 * The graph with each node after those that it reads, inner graphs included, as near to the given order as that allows.
 * @throws ModelFormatError where nodes read each other in a circle
 */
export function topologicalSort(graph: Graph): Graph {
  return { ...graph, nodes: nodesInOrder(graph.nodes).map((node) => withInnerGraphs(node, topologicalSort)) };
}
