import { readsOf } from '../inner-graphs.js';
import type { Graph } from '../model.js';

/** How many nodes and outputs of a graph read each value, inner graphs included. */
export function readCounts(graph: Graph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const node of graph.nodes) {
    // An inner graph's reads come once, a node's own inputs as often as they stand there.
    for (const name of readsOf(node)) if (!node.inputs.includes(name)) count(name);
    for (const name of node.inputs) if (name !== '') count(name);
  }
  for (const { name } of graph.outputs) count(name);
  return counts;
}
